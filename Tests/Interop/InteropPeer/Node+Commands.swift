import Foundation
import LibP2P
import LibP2PCore
import Multiformats
import NIOCore

extension Node {
    /// Does what a command says; the fields belong to its answer.
    func perform(_ command: Command) async throws -> [(String, JSON)] {
        switch command.op {
        case "connect":
            let peer = try await self.host.connect(Multiaddr(command.need(\.addr, "addr")))
            return [("peer", .string("\(peer)"))]
        case "disconnect":
            await self.host.disconnect(try self.peer(of: command))
            return []
        case "subscribe":
            try self.pubsub.subscribe(command.need(\.topic, "topic"))
            return []
        case "unsubscribe":
            self.pubsub.unsubscribe(try command.need(\.topic, "topic"))
            return []
        case "publish": return try self.publish(command)
        case "burst": return try await self.burst(command)
        case "ping": return try await self.ping(command)
        case "identify": return try await self.identify(command)
        case "request": return try await self.request(command)
        case "kad_provide", "kad_providers", "kad_put", "kad_get", "kad_find_peer", "kad_table":
            return try await self.askTable(command)
        case "peers":
            return [("peers", .strings(await self.host.peers().map(\.id.description)))]
        case "rss":
            let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }
            return [("rss_kb", .integer(line?.split(separator: " ").compactMap { Int($0) }.first ?? 0))]
        default:
            throw Command.Mistake(description: "there is no \(command.op)")
        }
    }

    private func peer(of command: Command) throws -> PeerID {
        try PeerID(command.need(\.peer, "peer"))
    }

    private func publish(_ command: Command) throws -> [(String, JSON)] {
        let data = Array(try command.need(\.data, "data"))
        let time = EventPrinter.now
        try self.pubsub.publish(data, to: command.need(\.topic, "topic"))
        return [("len", .integer(data.count)), ("pub_ns", .integer(time))]
    }

    /// Publishes bodies that begin with their number, each at its moment.
    private func burst(_ command: Command) async throws -> [(String, JSON)] {
        let topic = try command.need(\.topic, "topic")
        let size = max(8, try command.need(\.size, "size"))
        let gap = command.gap ?? 0
        var random = SplitMix64(seed: .random(in: .min ... .max))
        var times: [Int] = []
        for number in 0..<(try command.need(\.count, "count")) {
            var body = withUnsafeBytes(of: UInt64(number).bigEndian) { Array($0) }
            while body.count < size { withUnsafeBytes(of: random.next()) { body.append(contentsOf: $0) } }
            body.removeLast(body.count - size)
            times.append(EventPrinter.now)
            try self.pubsub.publish(body, to: topic)
            if gap > 0 {
                try await Task.sleep(for: .seconds(gap))
            } else {
                await Task.yield()
            }
        }
        return [("pub_ns", .array(times.map(JSON.integer)))]
    }

    private func ping(_ command: Command) async throws -> [(String, JSON)] {
        let stream = try await self.host.openStream(to: self.peer(of: command), protocols: [Ping.protocolID])
        defer { stream.close() }
        var trips: [JSON] = []
        for _ in 0..<(command.count ?? 1) {
            let payload = ByteBuffer(bytes: (0..<Ping.payloadLength).map { _ in UInt8.random(in: .min ... .max) })
            let start = ContinuousClock.now
            try await stream.write(payload)
            guard try await stream.readExactly(Ping.payloadLength) == payload else {
                throw Command.Mistake(description: "the ping came back changed")
            }
            trips.append(.number(Self.milliseconds(since: start)))
        }
        self.printer.emit("ping", [("peer", .string(command.peer ?? "")), ("rtt_ms", .array(trips))])
        return [("rtt_ms", .array(trips))]
    }

    private func identify(_ command: Command) async throws -> [(String, JSON)] {
        let stream = try await self.host.openStream(to: self.peer(of: command), protocols: [Identify.protocolID])
        stream.closeWrite()
        var bytes: [UInt8] = []
        while let part = try await stream.readMessage(maximumLength: Identify.Limits.messageLength - bytes.count) {
            bytes += part.readableBytesView
        }
        let info = try Identify.Info(bytes: bytes, from: stream.peer)
        let fields: [(String, JSON)] = [
            ("raw_len", .integer(bytes.count)), ("protocol_version", .optional(info.protocolVersion)),
            ("agent", .optional(info.agentVersion)), ("public_key", .optional(info.publicKey?.message.hexadecimal)),
            ("listen_addrs", .strings(info.listenAddresses.map(\.description))),
            ("observed_addr", .optional(info.observedAddress?.description)), ("protocols", .strings(info.protocols)),
            ("signed_peer_record_len", .integer(info.signedPeerRecord?.count ?? 0)),
        ]
        self.printer.emit("identify", [("peer", .string(command.peer ?? ""))] + fields)
        return fields
    }

    private func request(_ command: Command) async throws -> [(String, JSON)] {
        let protocolID = try command.need(\.protocol, "protocol")
        let body = ByteBuffer(bytes: try command.need(\.data, "data"))
        let start = ContinuousClock.now
        let stream = try await self.host.openStream(to: self.peer(of: command), protocols: [protocolID])
        defer { stream.close() }
        try await stream.writeMessage(body)
        guard let answer = try await stream.readMessage(maximumLength: 16 << 20) else {
            throw Command.Mistake(description: "the stream ended without an answer")
        }
        let fields: [(String, JSON)] = [
            ("len", .integer(answer.readableBytes)), ("ms", .number(Self.milliseconds(since: start))),
        ]
        let subject: [(String, JSON)] = [("peer", .string(command.peer ?? "")), ("protocol", .string(protocolID))]
        self.printer.emit("response", subject + fields)
        return [("data", .string(Data(answer.readableBytesView).base64EncodedString()))] + fields
    }

    private static func milliseconds(since start: ContinuousClock.Instant) -> Double {
        let elapsed = ContinuousClock.now - start
        return (elapsed / .milliseconds(1) * 1000).rounded() / 1000
    }
}
