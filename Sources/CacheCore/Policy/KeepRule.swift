import GitHubCore

/// Which of GitHub's answers may be kept at all, whoever asked.
package enum KeepRule {
    /// Whether an answer may be stored, to be served again.
    package static func mayKeep(_ answer: OriginAnswer, of representation: Representation) -> Bool {
        switch answer.status {
        case 200: !isForOneUse(answer.body, of: representation)
        case 404, 410: true
        default: false
        }
    }

    /// Whether a body leads to files by links that are secret and short-lived.
    ///
    /// The link to a file of a private repository carries a token for one use; rendered pages carry such links for their
    /// images, in public repositories too.
    private static func isForOneUse(_ body: Body, of representation: Representation) -> Bool {
        guard case .readme = representation.resource.endpoint else { return false }
        guard representation.media == .json, let object = try? JSONObject(body.bytes),
            let link = object.string("download_url")
        else { return true }
        return link.contains("?")
    }
}
