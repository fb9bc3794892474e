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
        var turnstile = Turnstile()
        await withDiscardingTaskGroup { group in
            for await message in self.pubSub.messages {
                switch self.judge(message, past: &turnstile) {
                case .pass(let claims):
                    self.pubSub.report(message.id, .accept)
                    for claim in claims { self.take(claim, message, &group) }
                case .ignore(let doubt):
                    self.pubSub.report(message.id, .ignore)
                    self.logger.debug("A message is ignored", metadata: self.metadata(message, doubt.rawValue))
                    self.judgeBearer(of: message, for: doubt)
                case .offence(let reason):
                    self.pubSub.report(message.id, .reject)
                    self.logger.debug("A message is rejected", metadata: self.metadata(message, reason))
                    self.blame(message.source, .wrong, because: reason)
                }
            }
        }
    }

    private func judge(_ message: PubSub.Message, past turnstile: inout Turnstile) -> Intake.Ruling {
        // Whoever lied lately is not believed by way of others either.
        guard !self.host.isBanned(message.author) else { return .ignore(.notTrusted) }
        return self.intake.open(
            message.data,
            id: message.id.bytes,
            by: message.author,
            on: message.topic,
            past: &turnstile,
            now: self.now()
        )
    }

    /// What others passed on in good faith counts against whoever could have known: its author, and who plays it again.
    private func judgeBearer(of message: PubSub.Message, for doubt: Doubt) {
        switch doubt {
        case .tooMuch where message.source == message.author:
            self.blame(message.source, .wrong, because: "it says more than anyone has to say")
        case .wrongVersion where message.source == message.author:
            self.blame(message.source, .wrong, because: "it tells of what cannot be yet")
        case .repeated:
            self.blame(message.source, .wrong, because: "it plays messages again")
        default:
            break
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
            let response = await self.ask(peer, for: cid)
            guard case .body(let bytes)? = response else { continue }
            guard let body = Body(bytes, claimed: cid) else {
                self.blame(peer, .wrong, because: "it gave a body that has not the name it was asked by")
                continue
            }
            let result = self.intake.judge(claim, with: bytes, by: message.author, on: message.topic, now: self.now())
            guard result == .meets else {
                self.logger.debug("A pulled body is not believed", metadata: self.metadata(message, "\(result)"))
                // The body has the name that the author signed, so nobody else is to blame.
                if case .fails(let doubt) = result, doubt.isOffence, message.author == message.source {
                    self.blame(message.author, .wrong, because: doubt.rawValue)
                }
                return nil
            }
            self.pubSub.credit(peer, limits.praise)
            return body
        }
        return nil
    }

    private func ask(_ peer: PeerID, for cid: CID) async -> Fetch.Response? {
        do {
            return try await withDeadline(self.configuration.limits.pullTimeout) {
                try await self.client.ask(peer, .body(cid))
            }
        } catch is TimedOut {
            self.blame(peer, .sluggish, because: "it gives what it is asked for too slowly")
        } catch {
            self.logger.debug("A peer does not answer", metadata: ["peer": "\(peer)", "error": "\(error)"])
        }
        return nil
    }

    private func metadata(_ message: PubSub.Message, _ reason: String) -> Logger.Metadata {
        ["author": "\(message.author)", "reason": "\(reason)"]
    }
}
