package import LibP2PCore
import Logging
package import Multiformats
import NIOCore
import Synchronization

extension DHT {
    /// What a lookup found.
    package struct Finding: Sendable {
        /// The peers nearest to the key that answered, nearest first.
        package var nearest: [PeerID] = []
        /// Providers of the key.
        package var providers: [Kademlia.Contact] = []
        /// The best value under the key.
        package var value: [UInt8]?
        /// The requests that it took.
        package var queries = 0
    }

    // MARK: What the node does

    /// The peers nearest to a key, nearest first.
    package func nearest(to key: [UInt8]) async -> [PeerID] {
        await self.lookUp(key, .findNode(key)) { _, _ in true }.nearest
    }

    /// Where a peer is.
    ///
    /// - Parameter peer: The peer.
    /// - Returns: Where to dial it; nil where nobody knows.
    package func find(_ peer: PeerID) async -> Kademlia.Contact? {
        let found = Mutex<Kademlia.Contact?>(nil)
        _ = await self.lookUp(peer.bytes, .findNode(peer.bytes)) { _, response in
            guard let contact = response.closer.first(where: { $0.peer == peer && !$0.addresses.isEmpty }) else {
                return true
            }
            found.withLock { $0 = contact }
            return false
        }
        return found.withLock { $0 }
    }

    /// Looks for providers of a key.
    ///
    /// - Parameters:
    ///   - key: What.
    ///   - count: How many are enough; the search goes on to its end where there are fewer.
    /// - Returns: They, and the peers nearest to the key.
    package func providers(of key: [UInt8], atLeast count: Int = .max) async -> Finding {
        var finding = await self.lookUp(key, .getProviders(key), enoughProviders: count) { _, _ in true }
        let now = self.now
        var random = SystemRandomNumberGenerator()
        // This node may be one of those who keep the key.
        let own = self.server.withLock { $0.providers.providers(of: key, now: now, using: &random) }
        let named = Set(finding.providers.map(\.peer))
        finding.providers += own.filter { !named.contains($0.peer) }
        finding.providers.removeAll { $0.peer == self.host.peerID }
        return finding
    }

    /// Says to the peers nearest to a key that this node provides it.
    ///
    /// - Parameters:
    ///   - key: What.
    ///   - nearest: Who they are, where a search has just found them.
    /// - Returns: How many were told.
    @discardableResult
    package func provide(_ key: [UInt8], to nearest: [PeerID]? = nil) async -> Int {
        var peers = nearest ?? []
        if nearest == nil { peers = await self.nearest(to: key) }
        let me = Kademlia.Contact(peer: self.host.peerID, addresses: self.host.ownAddresses)
        let now = self.now
        if self.configuration.isServer { self.server.withLock { _ = $0.providers.add(me, of: key, now: now) } }
        return await self.tell(peers, .addProvider(key, me))
    }

    /// Stores a value with the peers nearest to its key.
    ///
    /// - Returns: How many took it.
    @discardableResult
    package func put(_ record: Kademlia.Record) async -> Int {
        guard self.server.withLock({ $0.records.isValid(record) }) else { return 0 }
        let peers = await self.nearest(to: record.key)
        let now = self.now
        if self.configuration.isServer { self.server.withLock { _ = $0.records.put(record, now: now) } }
        return await self.tell(peers, .putValue(record))
    }

    /// Looks for the best value under a key.
    package func value(of key: [UInt8]) async -> [UInt8]? {
        let now = self.now
        let own = self.server.withLock { $0.records.value(of: key, now: now) }
        let found = await self.lookUp(key, .getValue(key)) { _, _ in true }.value
        guard let own, let found else { return own ?? found }
        return self.server.withLock { $0.records.better(own, found, of: key) }
    }

    private func tell(_ peers: [PeerID], _ request: Kademlia.Request) async -> Int {
        await withTaskGroup(of: Bool.self) { group in
            for peer in peers { group.addTask { (try? await self.ask(peer, request)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
    }

    // MARK: Looking up

    /// Asks nearer and nearer peers.
    ///
    /// - Parameters:
    ///   - key: What is searched.
    ///   - request: What each is asked.
    ///   - enoughProviders: The search ends with so many.
    ///   - goesOn: Looks at each answer; false ends the search.
    /// - Returns: What they said.
    private func lookUp(
        _ key: [UInt8],
        _ request: Kademlia.Request,
        enoughProviders: Int = .max,
        _ goesOn: (PeerID, Kademlia.Response) -> Bool
    ) async -> Finding {
        let target = Kademlia.Key(of: key)
        let limits = self.configuration.limits
        let seeds = self.server.withLock { $0.table.nearest(to: target, count: limits.replication) }
        var lookup = Lookup(target: target, own: self.host.peerID, seeds: seeds, limits: limits)
        var finding = Finding()
        var providers: [PeerID: Kademlia.Contact] = [:]
        let end = ContinuousClock.now + self.configuration.lookupTimeout
        await withTaskGroup(of: (PeerID, Kademlia.Response?).self) { group in
            while !lookup.isFinished, ContinuousClock.now < end, !Task.isCancelled {
                for peer in lookup.next() {
                    group.addTask { (peer, try? await self.ask(peer, request)) }
                }
                guard let (peer, response) = await group.next() else { break }
                guard let response else {
                    lookup.failed(peer)
                    continue
                }
                lookup.answered(peer, closer: self.learn(from: response, of: peer, key))
                for provider in response.providers where providers.count < limits.providers {
                    if !provider.addresses.isEmpty || providers[provider.peer] == nil {
                        providers[provider.peer] = provider
                    }
                }
                if let record = response.record, record.key == key { self.weigh(record, into: &finding) }
                if !goesOn(peer, response) || providers.count >= enoughProviders { break }
            }
            group.cancelAll()
        }
        finding.nearest = lookup.nearest
        finding.providers = Array(providers.values)
        finding.queries = lookup.queries
        return finding
    }

    /// Notes in the address book whom an answer names, and gives those that can be dialled.
    private func learn(
        from response: Kademlia.Response,
        of peer: PeerID,
        _ key: [UInt8]
    ) -> [Kademlia.Contact] {
        let source = self.host.connections(to: peer).first?.remoteAddress
        self.host.hear(of: response.closer + response.providers, from: source)
        let names = response.closer.filter {
            $0.peer != self.host.peerID && !$0.addresses.credible(from: source).isEmpty
        }.map(\.peer)
        let now = self.now
        self.namings.withLock { $0.named(names, by: peer, now: now, isReached: self.host.isConnected) }
        return response.closer
    }

    private func weigh(_ record: Kademlia.Record, into finding: inout Finding) {
        let value = finding.value
        finding.value = self.server.withLock { server in
            guard server.records.isValid(record) else { return value }
            return value.map { server.records.better($0, record.value, of: record.key) } ?? record.value
        }
    }

    // MARK: Asking one

    /// Asks one peer one thing, on a stream of its own.
    ///
    /// - Returns: The answer; an empty one to what has none.
    func ask(_ peer: PeerID, _ request: Kademlia.Request) async throws -> Kademlia.Response {
        do {
            try await self.reach(peer)
            let stream = try await self.host.openStream(to: peer, protocols: [self.configuration.protocolID])
            let deadline = self.host.schedule(after: self.configuration.queryTimeout) {
                stream.reset(because: .timedOut)
            }
            defer { deadline.cancel() }
            let response = try await self.exchange(request, on: stream)
            self.note(peer)
            return response
        } catch {
            // Who gave up does not tell of the peer.
            if !Task.isCancelled { self.server.withLock { $0.table.failed(peer) } }
            throw error
        }
    }

    /// Connects to a peer, and draws from it what there is to draw of those who named it.
    private func reach(_ peer: PeerID) async throws(HostError) {
        do {
            try await self.host.connect(
                to: peer,
                for: [self.configuration.protocolID],
                timeout: self.configuration.dialTimeout
            )
        } catch {
            guard error.tellsOfPeer else { throw error }
            for liar in self.namings.withLock({ $0.missed(peer) }) {
                self.server.withLock { $0.table.failed(liar, isFinal: true) }
                self.host.ban(liar, because: "it names peers without number, and none of them is there")
            }
            throw error
        }
        self.namings.withLock { $0.reached(peer) }
    }

    private func exchange(_ request: Kademlia.Request, on stream: LibP2PStream) async throws -> Kademlia.Response {
        do {
            try await stream.writeMessage(ByteBuffer(bytes: request.encoded))
            stream.closeWrite()
            guard request.isAnswered else {
                stream.close()
                return Kademlia.Response()
            }
            let limits = self.configuration.limits
            guard let bytes = try await stream.readMessage(maximumLength: limits.messageBytes) else {
                throw StreamError.unexpectedEnd
            }
            stream.close()
            return try Kademlia.Response(decoding: Array(buffer: bytes), to: request, limits: limits)
        } catch {
            stream.reset()
            self.blame(stream.peer, for: error)
            throw error
        }
    }
}
