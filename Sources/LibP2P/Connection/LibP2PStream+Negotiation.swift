import LibP2PCore
import NIOCore

extension LibP2PStream {
    /// Agrees on one of the protocols as who opened the stream; what is said first rides with the proposal.
    func negotiate(proposing protocols: [String], saying message: ByteBuffer? = nil) async throws {
        var dialer = Multistream.Dialer(proposals: protocols)
        var opening = dialer.opening()
        if let message { opening.writeFramed(message) }
        try await self.write(opening)
        while true {
            let (step, output) = try await self.step { try dialer.receive(&$0, output: &$1) }
            if output.readableBytes > 0 { try await self.write(output) }
            if case .agreed(let agreed) = step { return self.agreed(on: agreed) }
        }
    }

    /// Agrees on one of the protocols as who was opened to.
    func negotiate(supporting protocols: [String]) async throws {
        var listener = Multistream.Listener(supported: protocols)
        while true {
            let (step, output) = try await self.step { try listener.receive(&$0, output: &$1) }
            if output.readableBytes > 0 { try await self.write(output) }
            if case .agreed(let agreed) = step { return self.agreed(on: agreed) }
        }
    }

    /// Takes whatever bytes lead to an answer or an agreement.
    private func step(
        _ receive: (inout ByteBuffer, inout ByteBuffer) throws -> Multistream.Step
    ) async throws -> (Multistream.Step, ByteBuffer) {
        let result: (Multistream.Step, ByteBuffer)? = try await self.take { input in
            var output = ByteBuffer()
            let step = try receive(&input, &output)
            return step == .waiting && output.readableBytes == 0 ? nil : (step, output)
        }
        guard let result else { throw StreamError.unexpectedEnd }
        return result
    }
}
