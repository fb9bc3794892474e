/// One of GitHub's hosts beside its API from which clients download and to which they upload.
///
/// The list is GitHub's own: the docs' "Communication requirements" of self-hosted runners, and `domains.actions` of
/// `GET /meta`, which names the storage accounts of logs and artifacts one by one. Anybody may have an account at
/// `blob.core.windows.net`, also one whose name only looks like these; nobody but GitHub has names below
/// `actions.githubusercontent.com`.
package struct FileHost: Hashable, Sendable {
    /// The name, in lower case.
    package let name: String

    /// The host of a name in lower case, or nil where it is none of GitHub's.
    package init?(_ name: String) {
        guard Self.names.contains(name) || Self.isOfActions(name) || Self.isStorage(name) else { return nil }
        self.name = name
    }

    /// Whether it is a part of the API, which wants the client's credential and counts the call.
    ///
    /// All others are reached by URLs that are signed or public, and must not see a credential.
    package var isOfAPI: Bool { name == Self.uploads }

    private static let uploads = "uploads.github.com"

    private static let names: Set<String> = [
        // Assets of releases go up here.
        uploads,
        // Archives of source code.
        "codeload.github.com",
        // Assets of releases, and the runner's own updates.
        "objects.githubusercontent.com", "objects-origin.githubusercontent.com",
        "release-assets.githubusercontent.com", "github-releases.githubusercontent.com",
        "github-registry-files.githubusercontent.com",
        // Single files of repositories and gists.
        "raw.githubusercontent.com", "gist.githubusercontent.com",
    ]

    /// `results-receiver.actions.githubusercontent.com`, `pipelines.actions.githubusercontent.com` and the regions'.
    private static func isOfActions(_ name: String) -> Bool {
        let suffix = ".actions.githubusercontent.com"
        guard name.hasSuffix(suffix) else { return false }
        let label = name.utf8.dropLast(suffix.utf8.count)
        return (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") }
    }

    /// `productionresultssa0.blob.core.windows.net` to `productionresultssa19.…`: logs and artifacts.
    private static func isStorage(_ name: String) -> Bool {
        let (prefix, suffix) = ("productionresultssa", ".blob.core.windows.net")
        guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return false }
        let number = name.dropFirst(prefix.count).dropLast(suffix.count)
        return (0...19).contains { String($0) == number }
    }
}
