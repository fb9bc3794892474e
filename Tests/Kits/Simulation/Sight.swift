package import GitHubCore
package import Multiformats

/// A state of something as a reader sees it.
package struct Sight: Hashable, Sendable {
    /// Of what.
    package let subject: Subject
    /// The CID of its bytes.
    package let cid: CID
    /// The same without the pull requests of a run, of which no event tells and which say nothing of when.
    package let bare: CID
    /// Whether it was asked for without them.
    package let isBare: Bool

    /// A sight.
    package init(_ subject: Subject, _ bytes: [UInt8], isBare: Bool = false) {
        self.subject = subject
        self.isBare = isBare
        cid = CID(hashing: bytes)
        bare = Self.withoutPullRequests(bytes).map { CID(hashing: $0) } ?? cid
    }

    private static func withoutPullRequests(_ bytes: [UInt8]) -> [UInt8]? {
        guard let object = try? JSONObject(bytes), let range = object.valueRange("pull_requests"),
            range.count > 2
        else { return nil }
        var bare = bytes
        bare.replaceSubrange(range, with: Array("[]".utf8))
        return bare
    }

    /// What an answer shows.
    package static func all(in bytes: [UInt8], of resource: Resource) -> [Sight] {
        let isBare = resource.parameter("exclude_pull_requests") == "true"
        return switch resource.endpoint {
        case .run(_, let id): [Sight(.run(id), bytes, isBare: isBare)]
        case .job(_, let id): [Sight(.job(id), bytes)]
        case .runAttempt(_, let id, let number): [Sight(.attempt(id, number), bytes, isBare: isBare)]
        case .runs, .workflowRuns:
            elements("workflow_runs", of: bytes).map { Sight(.run($0.id), $0.bytes, isBare: isBare) }
        case .runJobs, .attemptJobs: elements("jobs", of: bytes).map { Sight(.job($0.id), $0.bytes) }
        default: []
        }
    }

    private static func elements(_ name: String, of bytes: [UInt8]) -> [(id: Int64, bytes: [UInt8])] {
        guard let text = try? JSONSlices(bytes), let envelope = try? JSONObject(text) else { return [] }
        return envelope.elements(name).compactMap { range in
            guard let id = text.value(of: "id", in: range).flatMap(text.integer) else { return nil }
            return (id, Array(bytes[range]))
        }
    }
}
