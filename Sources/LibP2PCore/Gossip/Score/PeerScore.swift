/// What one peer's behaviour is worth to this node: the counters of gossipsub 1.1 and their weighted sum.
package struct PeerScore: Sendable, Equatable {
    /// What pulls a score down.
    package enum Blame: String, Sendable, CaseIterable {
        /// Forged or rejected messages (P4).
        case badMessages
        /// Fewer messages than a mesh peer should bring (P3, P3b).
        case lateDeliveries
        /// What the application reported (P5).
        case badAnswers
        /// Too many peers at its address (P6).
        case crowdedAddress
        /// Breaches of the protocol (P7).
        case badManners
    }

    struct Counters: Sendable, Equatable {
        var isInMesh = false
        var meshTime: Duration = .zero
        var firstDeliveries = 0.0
        var meshDeliveries = 0.0
        var failures = 0.0
        var invalid = 0.0

        var isNothing: Bool {
            !self.isInMesh && self.firstDeliveries == 0 && self.meshDeliveries == 0 && self.failures == 0
                && self.invalid == 0
        }
    }

    private(set) var topics: [String: Counters] = [:]
    private(set) var behaviour = 0.0
    private(set) var application = 0.0
    /// The peers too many at its address.
    private var surplus = 0.0
    /// The topics' sums, kept so that a change costs one topic and not all.
    private var sums = Sums()
    /// The score, as of the last change.
    private(set) var value = 0.0

    /// Whether there is nothing to remember.
    var isNothing: Bool { self.topics.isEmpty && self.behaviour == 0 && self.application == 0 && self.surplus == 0 }
}

extension PeerScore {
    mutating func graft(_ topic: String, _ parameters: Parameters) {
        self.change(topic, parameters) {
            $0.isInMesh = true
            $0.meshTime = .zero
        }
    }

    mutating func prune(_ topic: String, _ parameters: Parameters) {
        guard self.topics[topic]?.isInMesh == true else { return }
        self.change(topic, parameters) {
            let deficit = $0.deficit(parameters.topic)
            $0.failures += deficit * deficit
            $0.isInMesh = false
        }
    }

    /// It was the first to bring a message that was accepted.
    mutating func deliver(first topic: String, _ parameters: Parameters) {
        self.change(topic, parameters) {
            $0.firstDeliveries = min($0.firstDeliveries + 1, parameters.topic.firstDeliveriesCap)
        }
        self.deliver(inMesh: topic, parameters)
    }

    /// It brought a message that was accepted, first or soon after.
    mutating func deliver(inMesh topic: String, _ parameters: Parameters) {
        guard parameters.topic.countsDeliveries, self.topics[topic]?.isInMesh == true else { return }
        self.change(topic, parameters) {
            $0.meshDeliveries = min($0.meshDeliveries + 1, parameters.topic.meshDeliveriesCap)
        }
    }

    /// It brought a message that was forged or rejected.
    mutating func deliver(invalid topic: String, _ parameters: Parameters) {
        self.change(topic, parameters) { $0.invalid += 1 }
    }

    /// It broke the protocol.
    mutating func penalize(_ count: Double, _ parameters: Parameters) {
        self.behaviour += count
        self.reckon(parameters)
    }

    /// The application thinks better or worse of it.
    mutating func credit(_ points: Double, _ parameters: Parameters) {
        guard points.isFinite else { return }
        self.application = max(-parameters.applicationCap, min(parameters.applicationCap, self.application + points))
        self.reckon(parameters)
    }

    /// That many peers share its address.
    mutating func share(address count: Int, _ parameters: Parameters) {
        let surplus = Double(max(0, count - parameters.colocationThreshold))
        guard surplus != self.surplus else { return }
        self.surplus = surplus
        self.reckon(parameters)
    }

    /// An interval has passed.
    mutating func decay(_ parameters: Parameters) {
        let topic = parameters.topic
        for index in self.topics.values.indices {
            self.topics.values[index].firstDeliveries.decay(topic.firstDeliveriesDecay, parameters)
            self.topics.values[index].meshDeliveries.decay(topic.meshDeliveriesDecay, parameters)
            self.topics.values[index].failures.decay(topic.failuresDecay, parameters)
            self.topics.values[index].invalid.decay(topic.invalidDecay, parameters)
            if self.topics.values[index].isInMesh {
                self.topics.values[index].meshTime += parameters.decayInterval
            }
        }
        self.behaviour.decay(parameters.behaviourDecay, parameters)
        self.application.decay(parameters.applicationDecay, parameters)
        // Adding and taking away leaves traces, so the sums are made anew.
        self.sums = Sums()
        for (name, counters) in self.topics {
            if counters.isNothing { self.topics[name] = nil } else { self.sums.add(counters, topic) }
        }
        self.reckon(parameters)
    }

    private mutating func change(_ topic: String, _ parameters: Parameters, _ change: (inout Counters) -> Void) {
        var counters = self.topics[topic] ?? Counters()
        self.sums.remove(counters, parameters.topic)
        change(&counters)
        self.sums.add(counters, parameters.topic)
        self.topics[topic] = counters.isNothing ? nil : counters
        self.reckon(parameters)
    }
}

extension PeerScore {
    /// What pulls the score down most.
    func blame(_ parameters: Parameters) -> Blame {
        Blame.allCases.min { self.debt($0, parameters) < self.debt($1, parameters) } ?? .badManners
    }

    private mutating func reckon(_ parameters: Parameters) {
        let earned = min(self.sums.earned, parameters.earnedCap)
        let praise = max(0, self.application) * parameters.applicationWeight
        self.value = Blame.allCases.reduce(earned + praise) { $0 + self.debt($1, parameters) }
    }

    /// What one part takes off the score: zero or negative.
    private func debt(_ blame: Blame, _ parameters: Parameters) -> Double {
        switch blame {
        case .badMessages:
            return self.sums.invalid
        case .lateDeliveries:
            return self.sums.late
        case .badAnswers:
            return min(0, self.application) * parameters.applicationWeight
        case .crowdedAddress:
            return self.surplus * self.surplus * parameters.colocationWeight
        case .badManners:
            let excess = max(0, self.behaviour - parameters.behaviourThreshold)
            return excess * excess * parameters.behaviourWeight
        }
    }
}

extension PeerScore {
    /// The parts of the score that are summed over the topics.
    private struct Sums: Sendable, Equatable {
        var earned = 0.0
        var invalid = 0.0
        var late = 0.0

        mutating func add(_ counters: Counters, _ topic: Topic) { self.count(counters, topic, 1) }

        mutating func remove(_ counters: Counters, _ topic: Topic) { self.count(counters, topic, -1) }

        private mutating func count(_ counters: Counters, _ topic: Topic, _ sign: Double) {
            let weight = sign * topic.weight
            self.earned += counters.earned(topic) * weight
            self.invalid += counters.invalid * counters.invalid * topic.invalidWeight * weight
            guard topic.countsDeliveries else { return }
            let deficit = counters.deficit(topic)
            self.late += deficit * deficit * topic.meshDeliveriesWeight * weight
            self.late += counters.failures * topic.failuresWeight * weight
        }
    }
}

extension PeerScore.Counters {
    /// P1 and P2.
    fileprivate func earned(_ topic: PeerScore.Topic) -> Double {
        let time = self.isInMesh ? min(self.meshTime / topic.meshTimeQuantum, topic.meshTimeCap) : 0
        return time * topic.meshTimeWeight + self.firstDeliveries * topic.firstDeliveriesWeight
    }

    /// The messages that a mesh peer still owes.
    fileprivate func deficit(_ topic: PeerScore.Topic) -> Double {
        guard topic.countsDeliveries, self.isInMesh, self.meshTime > topic.meshDeliveriesActivation else { return 0 }
        return max(0, topic.meshDeliveriesThreshold - self.meshDeliveries)
    }
}

extension Double {
    /// Takes a counter one interval on; what is nearly nothing is nothing.
    fileprivate mutating func decay(_ factor: Double, _ parameters: PeerScore.Parameters) {
        guard self != 0 else { return }
        self *= factor
        if abs(self) < parameters.decayToZero { self = 0 }
    }
}
