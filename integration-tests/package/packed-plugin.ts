import { execFileSync } from "node:child_process"
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs"
import { builtinModules } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { repository } from "../support/store/child-process"

/** What `npm publish` would upload, unpacked. */
export type PackedPlugin = Readonly<{ tarball: string; files: readonly string[] }>

const npm = (args: string[], cwd: string) =>
  execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })

/** Builds the plugin, unless `IPN_PLUGIN_IS_BUILT` says that it was just built, and packs it into a folder. */
export function packPlugin(folder: string): PackedPlugin {
  if (!process.env.IPN_PLUGIN_IS_BUILT) buildPlugin()
  const output = npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], repository)
  const [packed] = JSON.parse(output) as { filename: string; files: { path: string }[] }[]
  if (!packed) throw new Error("npm pack made nothing")
  return { tarball: join(folder, packed.filename), files: packed.files.map(({ path }) => path) }
}

function buildPlugin(): void {
  const medusa = join(repository, "node_modules", "@medusajs", "cli", "cli.js")
  const { NODE_OPTIONS: _, ...env } = process.env
  execFileSync(process.execPath, [medusa, "plugin:build"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...env, NODE_ENV: "production" },
  })
}

/**
 * A Medusa project of its own that a user could have: its packages are this repository's, by links, but the plugin
 * comes from the tarball. Run its programs with {@link linkedPackages}.
 */
export function createProject({ tarball }: PackedPlugin, medusaConfig: string): string {
  const project = mkdtempSync(join(tmpdir(), "ipn-other-store-"))
  const packages = join(project, "node_modules")
  mkdirSync(packages)
  for (const name of readdirSync(join(repository, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(repository, "node_modules", name), join(packages, name))
  }
  const plugin = join(packages, "medusa-plugin-ipn")
  mkdirSync(plugin)
  execFileSync("tar", ["-xzf", tarball, "-C", plugin, "--strip-components=1"])
  const manifest = JSON.parse(readFileSync(join(plugin, "package.json"), "utf8")) as {
    peerDependencies: Record<string, string>
  }
  const dependencies = { ...manifest.peerDependencies, "medusa-plugin-ipn": `file:${tarball}` }
  writeFileSync(
    join(project, "package.json"),
    JSON.stringify({ name: "other-store", private: true, dependencies })
  )
  writeFileSync(join(project, "medusa-config.ts"), medusaConfig)
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        target: "ES2021",
        module: "Node16",
        moduleResolution: "Node16",
        esModuleInterop: true,
        skipLibCheck: true,
        strict: true,
        noEmit: true,
        preserveSymlinks: true,
        types: ["node"],
      },
      "ts-node": { swc: true },
      include: ["medusa-config.ts", "src/gateways", "src/subscribers"],
      exclude: ["src/gateways/*/*.test.ts", "src/gateways/*/recordings"],
    })
  )
  mkdirSync(join(project, "src", "scripts"), { recursive: true })
  for (const script of ["seed.ts", "seeded.ts"]) {
    cpSync(
      join(repository, "integration-tests", "support", "store", script),
      join(project, "src", "scripts", script)
    )
  }
  return project
}

/** Node must look for packages beside the links, not where they lead: else it would never see the tarball's plugin. */
export const linkedPackages = { NODE_OPTIONS: "--preserve-symlinks --preserve-symlinks-main" } as const

/** Checks a project's own sources against the plugin's types. @throws with the compiler's words. */
export function checkTypes(project: string): void {
  const tsc = join(repository, "node_modules", "typescript", "bin", "tsc")
  try {
    execFileSync(process.execPath, [tsc, "-p", project], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    })
  } catch (error) {
    throw new Error((error as { stdout: string }).stdout, { cause: error })
  }
}

/** Packages that the plugin's server code asks for at run time, without Node's own. */
export function requiredPackages(plugin: string, files: readonly string[]): Set<string> {
  const asked = /\b(?:require|import)\(\s*["']([^"'.][^"']*)["']\s*\)/g
  const names = files
    .filter((file) => file.endsWith(".js") && !file.includes("/src/admin/"))
    .flatMap((file) => [...readFileSync(join(plugin, file), "utf8").matchAll(asked)])
    .map(([, name = ""]) => name)
    .filter((name) => !name.startsWith("node:") && !builtinModules.includes(name))
    .map((name) =>
      name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/")
    )
  return new Set(names)
}

/** The files that the plugin's export map names; entries with a star are left out. */
export function exportedFiles(project: string): string[] {
  const manifest = JSON.parse(
    readFileSync(join(project, "node_modules", "medusa-plugin-ipn", "package.json"), "utf8")
  ) as { exports: Record<string, string | Record<string, string>> }
  return Object.values(manifest.exports)
    .flatMap((target) => (typeof target === "string" ? [target] : Object.values(target)))
    .filter((target) => !target.includes("*"))
    .map((target) => target.replace("./", ""))
}
