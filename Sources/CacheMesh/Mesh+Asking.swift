import GitHubCore
package import CacheCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats
import Synchronization

extension Mesh {
    /// Asks connected members that follow its repository, and gives the newest provable copy that is here by the deadline.
    ///
    /// The fastest are asked first, the others where these take their time. Of a repository that nobody follows only the
    /// first are asked, since word of it may be on its way; and nobody is asked for what nobody had just now.
    package func ask(for representation: Representation, deadline: Duration) async -> SharedEntry? {
        guard self.configuration.share.takesPart, let repository = representation.resource.endpoint.repository,
            !self.state.withLock({ $0.book.isAbsent(representation, now: self.elapsed) })
        else { return nil }
        let limits = self.configuration.limits
        let followers = self.followers(of: repository).filter(self.configuration.membership.contains)
        let members = followers.isEmpty ? await self.members(preferring: []) : followers.shuffled()
        guard !members.isEmpty else { return nil }
        let peers = self.state.withLock { $0.book.ranked(members) }
            .prefix(followers.isEmpty ? limits.askedAtOnce : limits.asked)
        var round = AskRound(Array(peers), width: limits.askedAtOnce)
        var choice = CopyChoice(of: representation, rule: self.configuration.share, now: self.now())
        await self.collect(&round, .copy(representation, withBody: true), within: deadline) { answer in
            switch answer.response {
            case .copy(let claim):
                let doubt = choice.weigh(claim, of: answer.peer)
                if doubt == .wrongBody {
                    self.blame(answer.peer, .wrong, because: "it gave a copy without its bytes")
                }
                if doubt == nil { self.pubSub.credit(answer.peer, limits.praise) }
                return doubt == nil ? true : nil
            case .notFound, .body: return false
            case .refused, .busy, nil: return nil
            }
        }
        if round.isAbsent {
            self.state.withLock {
                $0.book.noteAbsence(of: representation, isFollowed: !followers.isEmpty, now: self.elapsed)
            }
        }
        return choice.best
    }

    /// Asks every connected peer what it knows of a resource.
    package func query(_ representation: Representation) async -> [PeerCopy] {
        let peers = await self.host.peers().map(\.id)
        var copies = Dictionary(
            uniqueKeysWithValues: peers.map { ($0, PeerCopy(peer: $0, entry: nil, latencyMicroseconds: 0)) }
        )
        let moment = self.now()
        let limit = self.configuration.limits.queryTimeout
        var round = AskRound(peers, width: peers.count)
        await self.collect(&round, .copy(representation, withBody: false), within: limit) { answer in
            var entry: Entry?
            if case .copy(let claim) = answer.response, claim.representation == representation {
                entry = claim.entry(now: moment)
            }
            copies[answer.peer] = PeerCopy(
                peer: answer.peer,
                entry: entry,
                latencyMicroseconds: answer.latency.microseconds
            )
            // Everyone is waited for.
            return false
        }
        return peers.compactMap { copies[$0] }
    }

    /// The connected members, those of a group first.
    func members(preferring group: [PeerID]) async -> [PeerID] {
        let group = Set(group)
        let members = await self.host.peers().map(\.id).filter { self.configuration.membership.contains($0) }
        return members.filter { group.contains($0) }.shuffled() + members.filter { !group.contains($0) }.shuffled()
    }

    private struct Answer: Sendable {
        let peer: PeerID
        /// Nil where the peer gave none.
        let response: Fetch.Response?
        let latency: Duration
    }

    private enum Event: Sendable {
        case answer(Answer)
        /// Those asked take their time.
        case isSlow
        case isOver
    }

    /// Asks as a round says; `take` tells whether an answer is a copy that counts, or nil where it is none.
    private func collect(
        _ round: inout AskRound,
        _ request: Fetch.Request,
        within limit: Duration,
        _ take: (Answer) async -> Bool?
    ) async {
        let limits = self.configuration.limits
        await withTaskGroup(of: Event.self) { group in
            func alarm(_ event: Event, after pause: Duration) {
                group.addTask {
                    try? await Task.sleep(for: pause)
                    return event
                }
            }
            func ask(_ peers: [PeerID]) {
                for peer in peers { group.addTask { .answer(await self.ask(peer, request)) } }
                if round.hasMore { alarm(.isSlow, after: limits.hedge) }
            }
            alarm(.isOver, after: limit)
            ask(round.next())
            while let event = await group.next() {
                switch event {
                case .isOver:
                    return group.cancelAll()
                case .isSlow:
                    ask(round.next())
                case .answer(let answer):
                    switch round.answered(answer.peer, await take(answer)) {
                    case .wait: break
                    case .ask(let more): ask(more)
                    case .hurry: alarm(.isOver, after: limits.patience)
                    case .end: return group.cancelAll()
                    }
                }
            }
        }
    }

    private func ask(_ peer: PeerID, _ request: Fetch.Request) async -> Answer {
        let start = ContinuousClock.now
        let response = try? await self.client.ask(peer, request)
        let latency = ContinuousClock.now - start
        // Who was not waited for any longer took at least so long.
        self.state.withLock { $0.book.note(peer, took: response != nil || Task.isCancelled ? latency : nil) }
        return Answer(peer: peer, response: response, latency: latency)
    }
}
