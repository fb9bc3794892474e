import Synchronization
import CacheStore
import CacheCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
import Multiformats

extension Mesh {
    /// Judges every message of the followed topics, and tells the node what is believed.
    func listen() async {
        await withDiscardingTaskGroup { group in
            for await message in self.pubSub.messages {
                switch self.intake.open(message.data, by: message.author, on: message.topic, now: self.now()) {
                case .pass(let claims):
                    self.pubSub.report(message.id, .accept)
                    for claim in claims { self.take(claim, message, &group) }
                case .ignore(let doubt):
                    self.pubSub.report(message.id, .ignore)
                    self.logger.debug("A message is ignored", metadata: self.metadata(message, doubt.rawValue))
                case .offence(let reason):
                    self.pubSub.report(message.id, .reject)
                    self.logger.debug("A message is rejected", metadata: self.metadata(message, reason))
                }
            }
        }
    }

    private func take(
        _ claim: Claim,
        _ message: PubSub.Message,
        _ group: inout DiscardingTaskGroup
    ) {
        guard let named = claim.body else { return self.tell(claim, nil, message.author) }
        if let inline = named.inline {
            // The intake has checked the bytes against their name.
            return self.tell(claim, Body(inline, claimed: named.cid), message.author)
        }
        let cid = named.cid
        let isMine = self.state.withLock { state in
            guard state.pulls.count < self.configuration.limits.pulls else { return false }
            return state.pulls.insert(cid).inserted
        }
        // An entry without its body still says that what is stored is out of date.
        guard isMine else { return self.tell(claim, nil, message.author) }
        group.addTask {
            let body = await self.pull(cid, claim, message)
            self.state.withLock { _ = $0.pulls.remove(cid) }
            self.tell(claim, body, message.author)
        }
    }

    private func tell(_ claim: Claim, _ body: Body?, _ author: PeerID) {
        guard let announcement = claim.announcement(with: body, now: self.now()) else {
            return self.logger.debug("An event's object cannot be had", metadata: ["author": "\(author)"])
        }
        if let repository = announcement.repository { self.state.withLock { $0.book.heard(of: repository) } }
        self.incoming.yield(PeerAnnouncement(author: author, announcement: announcement))
    }

    /// Finds a body that was announced without its bytes: in the store, or with a member, the author first.
    private func pull(_ cid: CID, _ claim: Claim, _ message: PubSub.Message) async -> Body? {
        if let held = try? await self.store.body(cid) { return held }
        let limits = self.configuration.limits
        let members = await self.members(preferring: [message.source])
        let peers = [message.author].filter(members.contains) + members.filter { $0 != message.author }
        for peer in peers.prefix(limits.pullAttempts) {
            let response = try? await withDeadline(limits.pullTimeout) { try await self.client.ask(peer, .body(cid)) }
            guard case .body(let bytes)? = response else { continue }
            guard let body = Body(bytes, claimed: cid) else {
                await self.fault(of: peer, "a body that has not the name it was asked by")
                continue
            }
            let result = self.intake.judge(claim, with: bytes, by: message.author, on: message.topic, now: self.now())
            guard result == .meets else {
                self.logger.debug("A pulled body is not believed", metadata: self.metadata(message, "\(result)"))
                return nil
            }
            return body
        }
        return nil
    }

    /// Counts a wrong answer; the third costs the peer its connections.
    func fault(of peer: PeerID, _ what: String) async {
        self.logger.debug("A peer answered wrongly", metadata: ["peer": "\(peer)", "what": "\(what)"])
        let isOver = self.state.withLock { state in
            let count = state.faults[peer, default: 0] + 1
            state.faults[peer] = count < self.configuration.limits.faults ? count : nil
            return state.faults[peer] == nil
        }
        if isOver { await self.host.disconnect(peer) }
    }

    private func metadata(_ message: PubSub.Message, _ reason: String) -> Logger.Metadata {
        ["author": "\(message.author)", "reason": "\(reason)"]
    }
}
