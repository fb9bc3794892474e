import GitHubCore
package import CacheCore
import LibP2P
import LibP2PCore
import MeshCore
import Multiformats

extension Mesh {
    /// Asks several connected members at once, and gives the newest provable copy that is here by the deadline.
    package func ask(for representation: Representation, deadline: Duration) async -> SharedEntry? {
        guard self.configuration.share.takesPart, let repository = representation.resource.endpoint.repository else {
            return nil
        }
        let peers = await self.members(preferring: self.pubSub.followers(of: self.topic(of: repository)))
            .prefix(self.configuration.limits.asked)
        guard !peers.isEmpty else { return nil }
        var choice = CopyChoice(of: representation, rule: self.configuration.share, now: self.now())
        await self.collect(from: Array(peers), .copy(representation, withBody: true), within: deadline) { answer in
            guard case .copy(let claim) = answer.response else { return .goOn }
            if choice.weigh(claim) == .wrongBody { await self.fault(of: answer.peer, "a copy without its bytes") }
            return choice.best == nil ? .goOn : .hurry
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
        await self.collect(from: peers, .copy(representation, withBody: false), within: limit) { answer in
            var entry: Entry?
            if case .copy(let claim) = answer.response, claim.representation == representation {
                entry = claim.entry(now: moment)
            }
            copies[answer.peer] = PeerCopy(
                peer: answer.peer,
                entry: entry,
                latencyMicroseconds: answer.latency.microseconds
            )
            return .goOn
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

    private enum Need {
        /// Further answers are waited for until the deadline.
        case goOn
        /// There is something to give: the others get a short while only.
        case hurry
    }

    private func collect(
        from peers: [PeerID],
        _ request: Fetch.Request,
        within limit: Duration,
        _ take: (Answer) async -> Need
    ) async {
        let patience = self.configuration.limits.patience
        await withTaskGroup(of: Answer?.self) { group in
            for peer in peers {
                group.addTask {
                    let start = ContinuousClock.now
                    let response = try? await self.client.ask(peer, request)
                    return Answer(peer: peer, response: response, latency: ContinuousClock.now - start)
                }
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return nil
            }
            var left = peers.count
            var isHurrying = false
            while left > 0, let answer = await group.next() {
                guard let answer else { break }
                left -= 1
                guard await take(answer) == .hurry, !isHurrying, left > 0 else { continue }
                isHurrying = true
                group.addTask {
                    try? await Task.sleep(for: patience)
                    return nil
                }
            }
            group.cancelAll()
        }
    }
}
