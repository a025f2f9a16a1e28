import { pauseAccount } from "../pause-account"

export const POST = pauseAccount(false)
