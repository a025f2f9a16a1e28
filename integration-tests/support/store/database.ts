import { randomBytes } from "node:crypto"
import { Client } from "pg"

/** A Postgres server where we may create databases. */
export type DatabaseServer = Readonly<{ host: string; port: number; user: string; password: string }>

/** One database. */
export type Database = Readonly<{
  name: string
  url: string
  /** Ends all connections to it. It is gone then, or at the latest with a server that is the run's own. */
  drop(): Promise<void>
}>

/** The server named in the environment, as `npm test` sets it. @throws when there is none. */
export function databaseServer(): DatabaseServer {
  const { DB_HOST, DB_PORT, DB_USERNAME, DB_PASSWORD } = process.env
  if (!DB_HOST || !DB_USERNAME) {
    throw new Error(
      "These specs need a Postgres: run them with `npm test -- <name>`, or set DB_HOST, DB_USERNAME, DB_PASSWORD"
    )
  }
  // Medusa asks a server that is named by a number for SSL.
  const host = DB_HOST === "127.0.0.1" ? "localhost" : DB_HOST
  return { host, port: Number(DB_PORT || 5432), user: DB_USERNAME, password: DB_PASSWORD ?? "" }
}

/** A database's address, as in DATABASE_URL. */
export function databaseUrl({ host, port, user, password }: DatabaseServer, name: string): string {
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host}:${port}/${name}`
}

/** The other way round. @throws where the address names no database. */
export function readDatabaseUrl(address: string): Readonly<{ server: DatabaseServer; name: string }> {
  const { hostname, port, username, password, pathname } = new URL(address)
  const name = decodeURIComponent(pathname.slice(1))
  if (name === "")
    throw new Error(`${hostname} is named as a database's address, without the database's name`)
  const server = {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  }
  return { server, name }
}

/** Creates a database of its own, as a copy of a template's tables and rows where one is named. */
export async function createDatabase(
  {
    template,
    name = `ipn_test_${randomBytes(6).toString("hex")}`,
  }: { template?: string; name?: string } = {},
  server: DatabaseServer = databaseServer()
): Promise<Database> {
  await asAdministrator(server, (sql) =>
    sql.query(`create database "${name}"${template === undefined ? "" : ` template "${template}"`}`)
  )
  return {
    name,
    url: databaseUrl(server, name),
    drop: () => (goesWithTheRun() ? endConnections(name, server) : dropDatabase(name, server)),
  }
}

/**
 * Whether the server is there for this run alone, and its databases with it. Dropping them one by one makes each new one
 * ten times dearer on ext4, which looks at all files that were deleted within minutes before it creates the next.
 */
function goesWithTheRun(): boolean {
  return process.env.IPN_TEST_OWN_POSTGRES === "true"
}

async function endConnections(name: string, server: DatabaseServer): Promise<void> {
  await asAdministrator(server, (sql) =>
    sql.query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", [name])
  )
}

/** Drops a database, if it is there, with all connections to it. */
export async function dropDatabase(name: string, server: DatabaseServer = databaseServer()): Promise<void> {
  await asAdministrator(server, (sql) => sql.query(`drop database if exists "${name}" with (force)`))
}

/** Gives a database that nobody is connected to another name. */
export async function renameDatabase(
  name: string,
  to: string,
  server: DatabaseServer = databaseServer()
): Promise<void> {
  await asAdministrator(server, (sql) => sql.query(`alter database "${name}" rename to "${to}"`))
}

/** Whether a database of this name is there. */
export async function hasDatabase(name: string, server: DatabaseServer = databaseServer()): Promise<boolean> {
  const { rowCount } = await asAdministrator(server, (sql) =>
    sql.query("select 1 from pg_database where datname = $1", [name])
  )
  return rowCount === 1
}

async function asAdministrator<T>(server: DatabaseServer, work: (sql: Client) => Promise<T>): Promise<T> {
  const sql = new Client({ ...server, database: "postgres" })
  sql.on("error", () => undefined)
  await sql.connect()
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}
