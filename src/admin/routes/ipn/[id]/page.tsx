import { useParams, type UIMatch } from "react-router-dom"
import { MessagePage } from "../../../message/message-page"

const Page = () => <MessagePage id={useParams().id ?? ""} />

export const handle = { breadcrumb: ({ params }: UIMatch) => params.id ?? "" }

export default Page
