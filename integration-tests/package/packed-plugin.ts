import { execFile, execFileSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { builtinModules } from "node:module"
import { join } from "node:path"
import { promisify } from "node:util"
import { repository } from "../support/store/child-process"

/** What `npm publish` would upload. */
export type PackedPlugin = Readonly<{ tarball: string; files: readonly string[] }>

/** Builds the plugin, unless `IPN_PLUGIN_IS_BUILT` says that it was just built, and packs it into a folder. */
export async function packPlugin(folder: string): Promise<PackedPlugin> {
  if (!process.env.IPN_PLUGIN_IS_BUILT) buildPlugin()
  const output = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], repository)
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

/** Runs npm as somebody else would: with nothing of the npm that runs us. @throws with what it said when it fails. */
export async function npm(args: readonly string[], cwd: string): Promise<string> {
  const own = Object.entries(process.env).filter(([name]) => !/^(?:npm_|NODE_OPTIONS$|NODE_ENV$)/i.test(name))
  const { stdout } = await promisify(execFile)("npm", args, { cwd, env: Object.fromEntries(own) })
  return stdout
}

/** Checks a project's own sources against the plugin's types. @throws with the compiler's words. */
export function checkTypes(project: string): void {
  const tsc = join(project, "node_modules", "typescript", "bin", "tsc")
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
