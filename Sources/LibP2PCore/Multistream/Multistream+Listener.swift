package import NIOCore

extension Multistream {
    /// The end that answers.
    package struct Listener: Sendable {
        private enum State {
            /// Waits for the dialer's header; then `answering`.
            case greeting
            /// Answers proposals; then `finished`.
            case answering(proposals: Int)
            case finished(String)
        }

        private var state = State.greeting
        private let supported: [String]

        /// Answers for these protocols.
        package init(supported: [String]) {
            self.supported = supported
        }

        /// Whether the dialer's header has come.
        package var isGreeted: Bool {
            if case .greeting = self.state { false } else { true }
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
                if case .finished(let agreed) = self.state { return .agreed(agreed) }
                if case .greeting = self.state {
                    guard try Multistream.takeHeader(from: &input) else { return .waiting }
                    Multistream.write(Multistream.header, to: &output)
                    self.state = .answering(proposals: 0)
                }
                guard let message = try Multistream.read(from: &input) else { return .waiting }
                switch self.state {
                case .answering(let proposals):
                    guard proposals < Limits.proposals else { throw .tooManyProposals }
                    self.state = .answering(proposals: proposals + 1)
                    self.answer(message, output: &output)
                case .greeting, .finished:
                    break
                }
            }
        }

        private mutating func answer(_ message: String, output: inout ByteBuffer) {
            if message == Multistream.list {
                Multistream.writeList(self.supported, to: &output)
            } else if self.supported.contains(message) {
                Multistream.write(message, to: &output)
                self.state = .finished(message)
            } else {
                Multistream.write(Multistream.notAvailable, to: &output)
            }
        }
    }
}
