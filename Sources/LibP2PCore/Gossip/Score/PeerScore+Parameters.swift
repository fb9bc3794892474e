extension PeerScore {
    /// What the score is mixed of (gossipsub-v1.1.md, "The Score Function"), and from where on it has consequences.
    ///
    /// The defaults suit many topics of few messages each, in a network whose members come for minutes. A peer that does
    /// nothing wrong earns up to `earnedCap`; about seven forged messages, thirteen breaches of the protocol, or the
    /// application's blame of forty points lead below `graylist`, which ends the connection.
    package struct Parameters: Sendable, Equatable {
        /// From where on a low score has consequences.
        package var thresholds = Thresholds()
        /// What counts in each topic that this node follows.
        package var topic = Topic()
        /// The most that a peer earns over all topics (P1 and P2), before what it owes is taken off.
        ///
        /// The spec caps the sum of the topics. Here only what is earned is: else many quiet topics paid for one that is
        /// abused.
        package var earnedCap = 20.0
        /// The weight of the application's points (P5).
        package var applicationWeight = 1.0
        /// What is left of the application's points after each interval of decay: half after eleven minutes.
        package var applicationDecay = 0.999
        /// The most points, good or bad, that the application's reports add up to.
        package var applicationCap = 100.0
        /// The weight of the square of the peers too many at one address (P6).
        package var colocationWeight = -1.0
        /// The peers at one address that are not too many: a fleet behind one router is no attack.
        ///
        /// Loopback addresses, which all peers of one machine share, never count. IPv6 counts by network, its first 64 bits.
        package var colocationThreshold = 64
        /// The weight of the square of the breaches of the protocol beyond those that are let pass (P7).
        package var behaviourWeight = -1.0
        /// The breaches that are let pass, as a queue that overflows is enough to break a promise.
        package var behaviourThreshold = 6.0
        /// What is left of the breaches after each interval: half after seventy seconds.
        package var behaviourDecay = 0.99
        /// The time between decays; kept in heartbeats.
        package var decayInterval: Duration = .seconds(1)
        /// A counter below this is none.
        package var decayToZero = 0.01
        /// How long a bad score is remembered after the peer has gone; it does not decay meanwhile.
        package var retention: Duration = .seconds(900)

        /// Takes the defaults.
        package init() {}
    }

    /// From where on a score has consequences; each is no higher than the one before, but for the last two.
    package struct Thresholds: Sendable, Equatable {
        /// Below zero a peer is in no mesh and gets no peers named; below this it is neither told what there is nor heard.
        package var gossip = -10.0
        /// Below this a peer is not sent this node's own messages.
        package var publish = -20.0
        /// Below this nothing that a peer says is read, and it is disconnected.
        package var graylist = -40.0
        /// The peers that a PRUNE names are taken from those who have at least this.
        package var acceptExchange = 0.0
        /// A mesh whose median is below this is given better peers.
        package var opportunisticGraft = 1.0

        /// Takes the defaults.
        package init() {}
    }

    /// What counts in one topic.
    package struct Topic: Sendable, Equatable {
        /// The weight of the topic among others.
        package var weight = 1.0
        /// The weight of the time in the mesh (P1): three points after five minutes.
        package var meshTimeWeight = 0.01
        /// The time in the mesh that makes one unit.
        package var meshTimeQuantum: Duration = .seconds(1)
        /// The most units.
        package var meshTimeCap = 300.0
        /// The weight of the messages that a peer was the first to bring (P2).
        package var firstDeliveriesWeight = 0.5
        /// What is left of them after each interval: half after five minutes.
        package var firstDeliveriesDecay = 0.9977
        /// The most that count.
        package var firstDeliveriesCap = 20.0
        /// The weight of the square of the messages lacking from a mesh peer (P3).
        ///
        /// Zero: it needs a steady rate of messages, and a repository may be quiet for hours; no honest peer can deliver
        /// what nobody says. The counters are kept where a weight is set.
        package var meshDeliveriesWeight = 0.0
        /// What is left of the deliveries after each interval.
        package var meshDeliveriesDecay = 0.99
        /// The deliveries that are expected of a mesh peer.
        package var meshDeliveriesThreshold = 1.0
        /// The most that count.
        package var meshDeliveriesCap = 20.0
        /// The time in the mesh before they are expected.
        package var meshDeliveriesActivation: Duration = .seconds(60)
        /// The time after a message was accepted in which another peer's copy still counts as delivered.
        package var meshDeliveriesWindow: Duration = .milliseconds(10)
        /// The weight of what was lacking when the peer left the mesh (P3b); zero as P3.
        package var failuresWeight = 0.0
        /// What is left of it after each interval.
        package var failuresDecay = 0.99
        /// The weight of the square of the messages that were forged or rejected (P4).
        package var invalidWeight = -1.0
        /// What is left of them after each interval: half after five minutes.
        package var invalidDecay = 0.9977

        /// Takes the defaults.
        package init() {}

        /// Whether deliveries within the mesh are counted at all.
        var countsDeliveries: Bool { self.meshDeliveriesWeight != 0 || self.failuresWeight != 0 }
    }
}
