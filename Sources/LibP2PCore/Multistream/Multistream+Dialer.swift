package import NIOCore

extension Multistream {
    /// The end that proposes.
    package struct Dialer: Sendable {
        private enum State {
            /// Waits for the listener's header; then `proposing`.
            case greeting
            /// Waits for the answer to the first of the remaining proposals; then `proposing` again or `finished`.
            case proposing
            case finished
        }

        private var state = State.greeting
        private var remaining: ArraySlice<String>

        /// Proposes protocols, the preferred one first.
        package init(proposals: [String]) {
            self.remaining = proposals[...]
        }

        /// Whether the listener's header has come.
        package var isGreeted: Bool {
            if case .greeting = self.state { false } else { true }
        }

        /// The opening: the header and the first proposal in one go, which saves a round trip.
        package func opening() -> ByteBuffer {
            var buffer = ByteBuffer()
            Multistream.write(Multistream.header, to: &buffer)
            if let first = self.remaining.first { Multistream.write(first, to: &buffer) }
            return buffer
        }

        /// Takes what arrived.
        ///
        /// - Parameters:
        ///   - input: The bytes so far; what follows the agreement stays in it.
        ///   - output: Gets what must be sent.
        /// - Returns: Whether a protocol is agreed on.
        /// - Throws: What ends the negotiation.
        package mutating func receive(
            _ input: inout ByteBuffer,
            output: inout ByteBuffer
        ) throws(Failure) -> Step {
            while true {
                guard let proposal = self.remaining.first else { throw .nothingInCommon }
                if case .finished = self.state { return .agreed(proposal) }
                if case .greeting = self.state {
                    guard try Multistream.takeHeader(from: &input) else { return .waiting }
                    self.state = .proposing
                }
                guard let message = try Multistream.read(from: &input) else { return .waiting }
                switch self.state {
                case .proposing where message == proposal:
                    self.state = .finished
                case .proposing where message == Multistream.notAvailable:
                    self.remaining.removeFirst()
                    guard let next = self.remaining.first else { throw .nothingInCommon }
                    Multistream.write(next, to: &output)
                case .greeting, .proposing, .finished:
                    throw .wrongAnswer
                }
            }
        }
    }
}
