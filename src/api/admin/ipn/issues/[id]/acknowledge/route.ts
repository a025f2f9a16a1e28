import { act } from "../act"

export const POST = act("acknowledge")
