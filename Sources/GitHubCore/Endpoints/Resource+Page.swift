extension Resource {
    /// What GitHub gives at most on one page.
    private static let longestPage = 100

    /// Whether a body is a bare array as long as a page may be.
    ///
    /// Nothing in such a page changes when another one begins to follow it: only `Link` tells (an envelope's `total_count`
    /// tells by itself). So no validator of the body vouches for its links.
    package func isFullPage(_ body: [UInt8]) -> Bool {
        guard endpoint.row.shape == .array, let text = try? JSONSlices(body),
            let elements = try? text.elements(of: text.root)
        else { return false }
        let asked = parameter("per_page").flatMap { Int($0) } ?? Self.longestPage
        return !elements.isEmpty && elements.count >= min(max(1, asked), Self.longestPage)
    }
}
