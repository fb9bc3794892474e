import Foundation
import LibP2P
import LibP2PCore
import Logging
import Multiformats
import NIOCore
import Synchronization

/// The driven node: prints what happens to it and does what it is told.
final class Node: Sendable {
    private static let bodyLimit = 8 << 20

    let options: InteropPeer
    let host: LibP2P.Host
    let pubsub: PubSub
    let dht: DHT?
    let printer = EventPrinter()

    init(_ options: InteropPeer, logger: Logger) throws {
        self.options = options
        self.host = LibP2P.Host(configuration: try options.hostConfiguration(), logger: logger)
        self.pubsub = PubSub(host: self.host, logger: logger)
        var table = DHT.Configuration()
        table.protocolID = options.kadProtocol
        table.isServer = options.kad == .server
        self.dht = options.kad == .off ? nil : DHT(host: self.host, configuration: table, logger: logger)
        for protocolID in options.serve { self.serveEcho(on: protocolID) }
    }

    /// Runs until the input ends, something tells it to quit, or it cannot listen.
    func run() async throws {
        defer { self.printer.flush() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            defer { group.cancelAll() }
            let events = self.host.events()
            group.addTask { try await self.host.run() }
            group.addTask { try await self.pubsub.run() }
            if let dht = self.dht { group.addTask { try await dht.run() } }
            group.addTask { await self.report(events) }
            group.addTask { await self.report(self.pubsub.messages) }
            let addresses = await self.host.listenAddresses.map { $0.appending(self.host.peerID).description }
            for topic in self.options.topic { try self.pubsub.subscribe(topic) }
            let id = self.host.peerID.description
            self.printer.emit("listening", [("peer_id", .string(id)), ("addrs", .strings(addresses))])
            group.addTask { await self.watchTopics() }
            group.addTask { await self.obey() }
            // Whichever ends first ends the node: the input, or a socket that could not be opened.
            try await group.next()
        }
    }

    private func obey() async {
        for address in self.options.connect {
            await self.answer(Command(op: "connect", id: .text("--connect"), addr: address))
        }
        guard self.options.stdin else {
            while (try? await Task.sleep(for: .seconds(3600))) != nil {}
            return
        }
        await withDiscardingTaskGroup { group in
            for await command in Command.standardInput() {
                switch command {
                case .success(let command) where command.op == "quit":
                    return group.cancelAll()
                case .success(let command):
                    group.addTask { await self.answer(command) }
                case .failure(let error):
                    let text = "no command: \(error)"
                    self.printer.emit("reply", [("id", .null), ("ok", false), ("error", .string(text))])
                }
            }
            group.cancelAll()
        }
    }

    private func answer(_ command: Command) async {
        let base: [(String, JSON)] = [("id", command.id?.json ?? .null), ("op", .string(command.op))]
        do {
            let fields = try await self.perform(command)
            self.printer.emit("reply", base + [("ok", true)] + fields)
        } catch {
            let text = "\(type(of: error)): \(error)"
            self.printer.emit("reply", base + [("ok", false), ("error", .string(text))])
        }
    }

    // MARK: What happens

    private func report(_ events: AsyncStream<LibP2P.Host.Event>) async {
        for await event in events {
            switch event {
            case .connected(let peer, _, _): self.printer.emit("peer_connected", [("peer", .string("\(peer)"))])
            case .disconnected(let peer): self.printer.emit("peer_disconnected", [("peer", .string("\(peer)"))])
            case .identified, .introduced: break
            }
        }
    }

    private func report(_ messages: AsyncStream<PubSub.Message>) async {
        let payload = self.options.payload
        for await message in messages {
            let time = EventPrinter.now
            self.pubsub.report(message.id, .accept)
            self.printer.emit("message", at: time, Self.fields(of: message, payload))
        }
    }

    /// Only strictly signed messages of others get this far; the key is not kept beside what it proved.
    private static func fields(of message: PubSub.Message, _ payload: InteropPeer.Payload) -> [(String, JSON)] {
        let fields: [(String, JSON)] = [
            ("topic", .array([.string(message.topic)])), ("from", .string("\(message.author)")),
            ("source", .string("\(message.source)")), ("seqno", .string(Array(message.id.bytes.suffix(8)).hexadecimal)),
            ("len", .integer(message.data.count)), ("signed", true), ("key_attached", .null), ("own", false),
        ]
        switch payload {
        case .full: return fields + [("data", .string(Data(message.data).base64EncodedString()))]
        case .head: return fields + [("head", .string(Data(message.data.prefix(16)).base64EncodedString()))]
        case .none: return fields
        }
    }

    /// The router has no events of these, so it is asked again and again.
    private func watchTopics() async {
        var known: [String: Set<[String]>] = [:]
        while (try? await Task.sleep(for: .milliseconds(50))) != nil {
            var now: [String: Set<[String]>] = ["subscription": [], "mesh": []]
            for topic in self.pubsub.topics {
                for peer in self.pubsub.followers(of: topic) { now["subscription"]?.insert(["\(peer)", topic]) }
                for peer in self.pubsub.mesh(of: topic) { now["mesh"]?.insert(["\(peer)", topic]) }
            }
            for (event, pairs) in now {
                let before = known[event] ?? []
                for (pairs, isOn) in [(pairs.subtracting(before), true), (before.subtracting(pairs), false)] {
                    for pair in pairs {
                        self.printer.emit(
                            event,
                            [("peer", .string(pair[0])), ("topic", .string(pair[1])), ("on", .bool(isOn))]
                        )
                    }
                }
            }
            known = now
        }
    }

    private func serveEcho(on protocolID: String) {
        self.host.handle(protocolID) { [printer] stream in
            guard let body = try? await stream.readMessage(maximumLength: Self.bodyLimit) else { return stream.reset() }
            let fields: [(String, JSON)] = [
                ("peer", .string("\(stream.peer)")), ("protocol", .string(protocolID)),
                ("len", .integer(body.readableBytes)),
            ]
            printer.emit("request_in", fields + [("data", .string(Data(body.readableBytesView).base64EncodedString()))])
            var answer = ByteBuffer(string: "echo:")
            answer.writeImmutableBuffer(body)
            guard (try? await stream.writeMessage(answer)) != nil else { return stream.reset() }
        }
    }
}
