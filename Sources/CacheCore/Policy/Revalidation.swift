import GitHubCore

/// What a 304 says of an answer whose `Link` is kept with it.
///
/// GitHub's validator is made from the body alone: a page whose body stays the same may gain or lose its successor and
/// still be called unchanged. Whether a 304 of GitHub carries `Link` differed over the years, so it counts where it is
/// there, and its absence counts for nothing.
package enum Revalidation {
    /// Whether a 304 tells the whole of what is held, body and `Link`; `held` is the body that the validator was made of.
    ///
    /// Where it does not, GitHub is asked again without a validator.
    package static func isWhole(_ representation: Representation, held: Body?, headers: EntryHeaders) -> Bool {
        headers.link != nil || linkFollows(from: held, representation)
    }

    /// Whether no two answers with this body can differ in `Link`.
    ///
    /// An object has none, and that of an envelope follows from `total_count`. Of a bare array only a page that is begun
    /// and not full is known to be the last.
    private static func linkFollows(from body: Body?, _ representation: Representation) -> Bool {
        let resource = representation.resource
        let row = resource.endpoint.row
        guard row.shape == .array, row.parameters.contains(where: { $0.name == "per_page" }) else { return true }
        guard let size = resource.pageSize, let body, let text = try? JSONSlices(body.bytes),
            let count = try? text.elements(of: text.root).count
        else { return false }
        return count == 0 ? resource.parameter("page") == "1" : count < size
    }
}
