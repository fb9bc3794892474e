import Synchronization
import CacheStore
package import CacheCore
package import GitHubCore
import LibP2P
import LibP2PCore
import Logging
import MeshCore
package import Multiformats

extension Mesh {
    /// Follows exactly these repositories from now on; one known to be private has no topic while only public data is shared.
    package func follow(_ repositories: Set<RepositoryName>) async {
        let share = self.configuration.share
        let wanted = repositories.filter { repository in
            share == .all || share == .public && self.store.visibility(of: repository)?.isPrivate != true
        }
        self.listen(to: Set(wanted.map(self.topics.name)), of: .repositories)
        self.state.withLock { $0.plan.follow(wanted) }
        self.cue.yield()
    }

    /// Holds exactly these prewarm jobs from now on.
    package func hold(_ jobs: Set<CID>) async {
        let held = self.configuration.share.takesPart ? jobs : []
        self.listen(to: Set(held.map { self.topic(ofJob: $0) }), of: .jobs)
    }

    /// The connected members that hold a prewarm job.
    package func holders(of job: CID) async -> Set<PeerID> {
        Set(self.pubSub.followers(of: self.topic(ofJob: job)).filter(self.configuration.membership.contains))
    }

    private func listen(to topics: Set<String>, of subject: Subject) {
        let (joined, left, all) = self.state.withLock { state in
            let known = state.topics.updateValue(topics, forKey: subject) ?? []
            let all = state.topics.values.reduce(into: Set<String>()) { $0.formUnion($1) }
            return (topics.subtracting(known), known.subtracting(topics), all)
        }
        if !joined.isEmpty || !left.isEmpty { self.finder?.follow(all) }
        for topic in left { self.pubSub.unsubscribe(topic) }
        for topic in joined {
            do {
                try self.pubSub.subscribe(topic)
            } catch {
                self.logger.warning("A topic cannot be followed", metadata: ["error": "\(error)"])
                _ = self.state.withLock { $0.topics[subject]?.remove(topic) }
            }
        }
    }

    /// Tells the followers of a repository, unless the share rule keeps it back.
    package func announce(_ announcement: Announcement) async {
        if case .prewarm(let word) = announcement {
            guard self.configuration.share.takesPart else { return }
            return self.announcer.announce(.prewarm(word), on: self.topic(ofJob: word.job))
        }
        guard let repository = announcement.repository else { return }
        self.state.withLock { $0.book.heard(of: repository) }
        let share = self.configuration.share
        if case .privatized = announcement {
            // Whoever heard of it while it was public may hear that it is so no more.
            guard share.takesPart else { return }
        } else if !share.covers(self.store.visibility(of: repository)) {
            return
        }
        if case .entry(let shared) = announcement, !share.gives(shared.entry) { return }
        guard let claim = Claim(self.withBody(announcement)), self.isBelievable(claim, announcement) else { return }
        self.announcer.announce(claim, on: self.topics.name(of: repository))
    }

    /// Holds against a peer that GitHub showed what it said not to be so.
    package func distrust(_ peer: PeerID) async {
        self.blame(peer, .lie, because: "GitHub says otherwise than it did")
    }

    /// The connected peers.
    package func connected() async -> [NeighbourInfo] {
        await self.host.peers().map { peer in
            NeighbourInfo(
                peer: peer.id,
                address: peer.addresses.first?.description ?? "",
                agent: peer.agentVersion,
                isMember: self.configuration.membership.contains(peer.id),
                isInbound: peer.direction == .inbound,
                roundTripMicroseconds: peer.roundTrip?.microseconds
            )
        }
    }

    /// Connections so far that turned out to be none of this network's.
    package var strangers: Int { self.host.strangers }

    /// Connects to a peer by its multiaddr.
    package func connect(to address: String) async throws -> PeerID {
        try await self.host.connect(Multiaddr(address))
    }

    /// This node's peer id, and the addresses to reach it by once it listens.
    package func identity() async -> (peer: PeerID, addresses: [String])? {
        let peer = self.host.peerID
        return (peer, await self.host.listenAddresses.flatMap(\.dialable).map { $0.appending(peer).description })
    }

    private func topic(ofJob job: CID) -> String {
        Topic.name(forJob: job, swarmKey: self.configuration.swarmKey)
    }

    /// Whether others may pass it on without blame; what they would reject does not leave.
    private func isBelievable(_ claim: Claim, _ announcement: Announcement) -> Bool {
        var body: [UInt8]?
        switch announcement {
        case .event(let object): body = object.body.bytes
        case .state(let state): body = state.body.bytes
        case .entry, .privatized, .prewarm: break
        }
        let testimony = Testimony(
            author: self.host.peerID,
            topic: claim.topic(swarmKey: self.configuration.swarmKey),
            claim: claim,
            body: body,
            now: self.now()
        )
        guard case .fails(let doubt) = AllOf.substance.judge(testimony) else { return true }
        self.logger.debug("An announcement is kept back", metadata: ["reason": "\(doubt.rawValue)"])
        return false
    }

    /// An entry announced without its body rides with it where it is at hand.
    private func withBody(_ announcement: Announcement) -> Announcement {
        guard case .entry(let shared) = announcement, shared.body == nil,
            let body = self.store.cachedBody(shared.entry.cid)
        else { return announcement }
        return .entry(SharedEntry(entry: shared.entry, body: body))
    }
}

extension Duration {
    var microseconds: Int {
        let (seconds, attoseconds) = self.components
        return Int(seconds) * 1_000_000 + Int(attoseconds / 1_000_000_000_000)
    }
}
