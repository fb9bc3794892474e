import CacheCore
import CacheStore
import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats
import NIOCore
import Synchronization

/// Answers `/hookcache/fetch/1.0.0` from the store alone: members only, and only what may be shared.
final class FetchServer: Sendable {
    private struct Load {
        var total = 0
        var byPeer: [PeerID: Int] = [:]
    }

    private let store: CacheStore
    private let membership: Membership
    private let share: ShareRule
    private let limits: Mesh.Limits
    private let fault: @Sendable (Conduct.Fault, PeerID, String) -> Void
    private let logger: Logger
    private let load = Mutex(Load())

    init(
        store: CacheStore,
        membership: Membership,
        share: ShareRule,
        limits: Mesh.Limits,
        fault: @escaping @Sendable (Conduct.Fault, PeerID, String) -> Void,
        logger: Logger
    ) {
        self.store = store
        self.membership = membership
        self.share = share
        self.limits = limits
        self.fault = fault
        self.logger = logger
    }

    /// Serves one stream: one request, one response.
    func serve(_ stream: LibP2PStream) async {
        do {
            try await withDeadline(self.limits.answerTimeout) {
                guard let bytes = try await stream.readMessage(maximumLength: MeshCore.Limits.requestBytes) else {
                    return
                }
                let request = try Fetch.Request(decoding: Array(bytes.readableBytesView))
                let response = await self.answer(request, to: stream.peer)
                try await stream.writeMessage(ByteBuffer(bytes: response.encoded))
            }
        } catch {
            stream.reset()
            switch error {
            case is MeshError, StreamError.messageTooLong, StreamError.malformed:
                self.fault(.wrong, stream.peer, "its request makes no sense")
            case is TimedOut:
                self.fault(.sluggish, stream.peer, "it neither asks on nor reads its answer")
            default: break
            }
            self.logger.debug(
                "A peer's request was not answered",
                metadata: ["peer": "\(stream.peer)", "error": "\(error)"]
            )
        }
    }

    private func answer(_ request: Fetch.Request, to peer: PeerID) async -> Fetch.Response {
        guard self.membership.contains(peer) else { return .refused }
        guard self.begin(peer) else { return .busy }
        defer { self.end(peer) }
        switch request {
        case .body(let cid):
            guard self.mayGive(cid), let body = await self.body(cid) else {
                return .notFound
            }
            return .body(body.bytes)
        case .copy(let representation, let withBody):
            guard let entry = self.copy(of: representation) else { return .notFound }
            guard withBody else { return .copy(EntryClaim(entry, body: nil)) }
            guard let body = await self.body(entry.cid) else { return .notFound }
            return .copy(EntryClaim(entry, body: body, inlineLimit: MeshCore.Limits.bodyBytes))
        }
    }

    private func mayGive(_ cid: CID) -> Bool {
        switch self.share {
        case .none: false
        case .public: self.store.containsPublic(cid)
        case .all: self.store.containsShared(cid)
        }
    }

    private func copy(of representation: Representation) -> Entry? {
        self.share.audiences(of: representation.resource.endpoint).lazy
            .map { ResourceKey(representation, audience: $0) }
            .compactMap { self.store.peek($0) }
            .first { self.share.gives($0) && !self.isPrivate($0.key) }
    }

    private func isPrivate(_ key: ResourceKey) -> Bool {
        // What was public of a repository that is private now is nobody's copy any more.
        guard key.audience == .public, let repository = key.repository else { return false }
        return self.store.visibility(of: repository)?.isPrivate == true
    }

    private func body(_ cid: CID) async -> Body? {
        do {
            guard let body = try await self.store.body(cid), body.bytes.count <= MeshCore.Limits.bodyBytes else {
                return nil
            }
            return body
        } catch {
            self.logger.warning("A body cannot be read for a peer", metadata: ["cid": "\(cid)", "error": "\(error)"])
            return nil
        }
    }

    private func begin(_ peer: PeerID) -> Bool {
        self.load.withLock { load in
            guard load.total < self.limits.answers, load.byPeer[peer, default: 0] < self.limits.answersPerPeer else {
                return false
            }
            load.total += 1
            load.byPeer[peer, default: 0] += 1
            return true
        }
    }

    private func end(_ peer: PeerID) {
        self.load.withLock { load in
            load.total -= 1
            let left = load.byPeer[peer, default: 1] - 1
            load.byPeer[peer] = left > 0 ? left : nil
        }
    }
}
