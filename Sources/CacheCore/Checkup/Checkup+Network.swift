extension Checkup {
    /// What is seen of an address that a node listens at.
    package struct PortFacts: Hashable, Sendable {
        /// What is found there.
        package enum Finding: Hashable, Sendable {
            /// The system picks a port, so there is nothing to look at.
            case anyPort
            /// Somebody listens.
            case listening
            /// Nobody listens, and it can be had.
            case free
            /// It cannot be had: why.
            case refused(String)
        }

        /// What listens there.
        package enum Purpose: String, Hashable, Sendable {
            /// Webhooks.
            case webhook
            /// The API.
            case api
            /// libp2p.
            case mesh
        }

        /// What listens there.
        package let purpose: Purpose
        /// The address with its port.
        package let address: String
        /// Whether only this machine reaches it.
        package let isLoopback: Bool
        /// What is found there.
        package let finding: Finding

        /// An address.
        package init(_ purpose: Purpose, address: String, isLoopback: Bool, finding: Finding) {
            self.purpose = purpose
            self.address = address
            self.isLoopback = isLoopback
            self.finding = finding
        }
    }

    /// Whether a node listens where it should, or could.
    ///
    /// - Parameters:
    ///   - facts: What is seen of the address.
    ///   - isRunning: Whether a node runs.
    ///   - hasSecret: Whether it has a secret for webhooks, without which it does not listen for them.
    /// - Returns: How it stands.
    package static func ofPort(_ facts: PortFacts, isRunning: Bool, hasSecret: Bool = true) -> Checkup {
        let name = "port \(facts.purpose.rawValue)"
        let key =
            switch facts.purpose {
            case .webhook: "CACHE_WEBHOOK_LISTEN"
            case .api: "CACHE_API_LISTEN"
            case .mesh: "CACHE_LISTEN_HOST and CACHE_LISTEN_PORT"
            }
        let reach = facts.isLoopback ? "this machine alone reaches it" : "other machines reach it"
        switch facts.finding {
        case .anyPort:
            return .pass(name, "\(facts.address): the system picks the port; \(reach)")
        case .refused(let why):
            return .fail(
                name,
                "\(facts.address) cannot be had: \(why)",
                remedy: "give \(key) an address of this machine"
            )
        case .listening where !isRunning:
            return .fail(
                name,
                "\(facts.address) is taken, and no node runs",
                remedy: "end what listens there (ss -ltnp), or give \(key) another port"
            )
        case .listening:
            guard facts.purpose == .api, !facts.isLoopback else { return .pass(name, "\(facts.address): \(reach)") }
            return .warn(
                name,
                "\(facts.address): other machines reach it, and it speaks without TLS: credentials pass in the clear",
                remedy: "put TLS in front of it, or give \(key) a loopback address"
            )
        case .free where !isRunning:
            return .pass(name, "\(facts.address) is free; \(reach)")
        case .free where facts.purpose == .webhook && !hasSecret:
            return .warn(
                name,
                "nobody listens at \(facts.address): the node has no secret yet",
                remedy: "hookcache hook register OWNER/REPO, or set WEBHOOK_SECRET"
            )
        case .free:
            return .fail(
                name,
                "nobody listens at \(facts.address), though a node runs",
                remedy: "see that the node was started with these settings; its log says what it listens at"
            )
        }
    }

    /// What is seen of the node's Unix socket.
    package enum SocketFinding: Hashable, Sendable {
        /// A node answers there.
        case answering
        /// There is none.
        case absent
        /// It is there, and nobody answers.
        case dead
        /// It is there, and not for this user.
        case foreign
    }

    /// Whether a node runs, told by its socket.
    package static func ofSocket(_ finding: SocketFinding, path: String, isNotReady why: String? = nil) -> Checkup {
        let start = "hookcache serve"
        return switch finding {
        case .answering:
            if let why {
                .warn("node", "it answers at \(path), and is not ready: \(why)", remedy: "wait; its log tells more")
            } else {
                .pass("node", "it answers at \(path), and is ready")
            }
        case .absent:
            .warn(
                "node",
                "none runs: there is no socket at \(path); what only a node knows is not looked at",
                remedy: start
            )
        case .dead:
            .warn("node", "none runs: nobody answers at \(path), which one left behind", remedy: start)
        case .foreign:
            .fail("node", "the socket \(path) belongs to another user", remedy: "run this as the user of the node")
        }
    }

    /// What came of an unsigned request to the public URL of the webhook.
    package enum DoorFinding: Hashable, Sendable {
        /// An answer; whether it is JSON with an `error`, as this node's refusals are.
        case answered(status: Int, isRefusal: Bool)
        /// None.
        case failed(String)
    }

    /// Whether the public URL leads to this node's webhook listener: it refuses what is not signed.
    package static func ofDoor(_ finding: DoorFinding, url: String) -> Checkup {
        let name = "webhook url"
        let remedy =
            "see that \(url) leads to CACHE_WEBHOOK_LISTEN, path and all; GitHub may see it otherwise than this machine"
        switch finding {
        case .answered(status: 401, isRefusal: true):
            return .pass(name, "\(url) leads to the webhook listener: it refused an unsigned request of this command")
        case .answered(let status, _):
            let why = "\(url) answered an unsigned request of this command with \(status), not with the listener's 401"
            return .fail(name, why, remedy: remedy)
        case .failed(let why):
            return .fail(name, "\(url) cannot be reached from here: \(why)", remedy: remedy)
        }
    }

    /// Who else is there: the connected peers, and those that are to be dialled, with why they cannot be reached.
    ///
    /// - Parameters:
    ///   - connected: The ids of the connected peers; nil where no node runs.
    ///   - bootstrap: The addresses to dial, each with its peer's id and why it cannot be reached; nil where it can.
    ///   - own: This node's addresses.
    /// - Returns: How each stands.
    package static func ofPeers(
        connected: [String]?,
        bootstrap: [(address: String, peer: String, failure: String?)],
        own: [String]
    ) -> [Checkup] {
        var checks = bootstrap.map { entry -> Checkup in
            let name = "peer \(entry.address)"
            if connected?.contains(entry.peer) == true { return .pass(name, "it is connected") }
            if let failure = entry.failure {
                let remedy = "see that its node runs and listens beyond loopback, and that no firewall is between"
                return .warn(name, "it cannot be reached: \(failure)", remedy: remedy)
            }
            guard connected != nil else { return .pass(name, "somebody listens there") }
            let remedy =
                "hookcache peers connect \(entry.address) says why; its swarm key may be another"
            return .warn(name, "somebody listens there, and it is not connected", remedy: remedy)
        }
        let known = own.isEmpty ? "" : "; this node is \(own.joined(separator: ", "))"
        if let connected {
            checks.append(.pass("peers", "\(connected.count) connected\(known)"))
        } else {
            checks.append(.pass("peers", "\(bootstrap.count) to dial\(known)"))
        }
        return checks
    }
}
