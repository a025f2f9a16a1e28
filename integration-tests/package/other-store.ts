import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startHttpServer } from "../../src/gateways/simulation/http-server"
import { repository } from "../support/store/child-process"
import { npm, type PackedPlugin } from "./packed-plugin"

/** A Medusa project that a user could have made, with the plugin installed by npm. */
export type OtherStore = Readonly<{ directory: string; remove(): void }>

/** What the package.json of Medusa's own starter names, as far as a store without an admin needs it. */
const named = {
  dependencies: ["@medusajs/admin-sdk", "@medusajs/cli", "@medusajs/framework", "@medusajs/medusa"],
  devDependencies: ["@swc/core", "@types/node", "react", "react-dom", "ts-node", "typescript"],
} as const

/**
 * Makes a store and runs `npm install <tarball>` in it. Its packages are there before, as they are in a store that is
 * already used; npm then says whether the plugin's peers fit them, keeps or adds what the plugin depends on and takes away all
 * that only this repository has.
 */
export async function createStore({ tarball }: PackedPlugin, medusaConfig: string): Promise<OtherStore> {
  const { IPN_TEST_FOLDER: ofTheRun } = process.env
  const directory = mkdtempSync(join(ofTheRun ?? tmpdir(), "other-store-"))
  const remove = () => rmSync(directory, { recursive: true, force: true })
  try {
    writeProject(directory, medusaConfig)
    copyPackages(join(repository, "node_modules"), join(directory, "node_modules"))
    // The newest of all: else npm would read a thousand package.json instead of it.
    for (const lock of ["package-lock.json", join("node_modules", ".package-lock.json")]) {
      copyFileSync(join(repository, lock), join(directory, lock))
    }
    await install(tarball, directory)
  } catch (error) {
    remove()
    throw error
  }
  // Who deletes so many files makes ext4 slow for minutes: they go with the run, at its end.
  return { directory, remove: ofTheRun === undefined ? remove : () => undefined }
}

function writeProject(directory: string, medusaConfig: string): void {
  const { devDependencies: versions } = readManifest(repository) as {
    devDependencies: Record<string, string>
  }
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, versions[name]]))
  const manifest = {
    name: "other-store",
    private: true,
    dependencies: pick(named.dependencies),
    devDependencies: pick(named.devDependencies),
  }
  writeFileSync(join(directory, "package.json"), JSON.stringify(manifest))
  writeFileSync(join(directory, "medusa-config.ts"), medusaConfig)
  writeFileSync(
    join(directory, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2021",
        module: "Node16",
        moduleResolution: "Node16",
        esModuleInterop: true,
        skipLibCheck: true,
        strict: true,
        noEmit: true,
        types: ["node"],
      },
      "ts-node": { swc: true },
      include: ["medusa-config.ts", "src/gateways", "src/subscribers"],
      exclude: ["src/gateways/*/*.test.ts", "src/gateways/*/recordings"],
    })
  )
  mkdirSync(join(directory, "src", "scripts"), { recursive: true })
  for (const script of ["seed.ts", "seeded.ts"]) {
    cpSync(
      join(repository, "integration-tests", "support", "store", script),
      join(directory, "src", "scripts", script)
    )
  }
}

/**
 * The same files in other folders, for to unpack them anew would take a minute: npm replaces and removes files and writes
 * into none. Source maps stay away: they are a quarter of all.
 */
function copyPackages(from: string, to: string): void {
  mkdirSync(to)
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) copyPackages(source, target)
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target)
    else if (!entry.name.endsWith(".map") && entry.name !== ".package-lock.json") linkOrCopy(source, target)
  }
}

function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target)
  } catch {
    // On another file system, or of another owner.
    copyFileSync(source, target, constants.COPYFILE_FICLONE)
  }
}

/** Runs `npm install <tarball>` with a registry and a cache of its own. @throws with npm's words. */
async function install(tarball: string, directory: string): Promise<void> {
  const registry = await startRegistry()
  const cache = `${directory}-cache`
  try {
    await npm(
      [
        ...["install", tarball, "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"],
        ...["--registry", registry.url, "--noproxy", "127.0.0.1", "--fetch-retries", "0"],
        ...["--cache", cache, "--userconfig", join(cache, "npmrc"), "--loglevel", "error"],
      ],
      directory
    )
  } finally {
    await registry.stop()
    rmSync(cache, { recursive: true, force: true })
  }
}

/** A registry of the packages that are installed here, each in that version: npm asks it what fits, and gets no files. */
function startRegistry(): ReturnType<typeof startHttpServer> {
  return startHttpServer(({ path }) => {
    const name = decodeURIComponent(path.slice(1))
    const folder = join(repository, "node_modules", name)
    if (!existsSync(join(folder, "package.json"))) return { status: 404, body: "{}" }
    const manifest = readManifest(folder) as { version: string }
    const { version } = manifest
    const dist = { tarball: `http://127.0.0.1/${name}-${version}.tgz` }
    return {
      status: 200,
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { ...manifest, dist } },
      }),
    }
  })
}

function readManifest(folder: string): unknown {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"))
}
