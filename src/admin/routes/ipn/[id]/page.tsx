import { useParams } from "react-router-dom"
import { MessagePage } from "../../../message/message-page"
import { Crumb } from "../../../parts/crumb"

const Page = () => <MessagePage id={useParams().id ?? ""} />

export const handle = {
  breadcrumb: ({ params }: { params: { id?: string } }) => <Crumb of={params.id} />,
}

export default Page
