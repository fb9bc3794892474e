import CZlib
import GitHubSimulatorCore
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

extension SimulatedGitHubServer {
    /// Listens until it is shut down.
    func listen(at door: Door) async throws {
        let address: BindAddress =
            switch door {
            case .api: .hostname("127.0.0.1", port: configuration.port)
            case .storage: .hostname("127.0.0.1", port: 0)
            case .socket: .unixDomainSocket(path: configuration.socketPath ?? "")
            }
        // Not by way of an application, which would say in `Date` what this machine's clock does.
        let server = try HTTPServerBuilder.http1()
            .buildServer(
                configuration: ServerConfiguration(address: address),
                eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
                logger: logger,
                responder: { request, writer, channel in
                    let response = try await self.answer(request, of: channel, at: door)
                    try await writer.write(response: response.head, body: response.body)
                },
                onServerRunning: { await self.opened(door, port: $0.localAddress?.port ?? 0) }
            )
        try await ServiceGroup(services: [server], logger: logger).run()
    }

    private nonisolated func answer(
        _ request: Request,
        of channel: any Channel,
        at door: Door
    ) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: SimulatedGitHub.Limits.body)
        } catch is NIOTooManyBytesError {
            return Response(status: .contentTooLarge)
        }
        let atOnce = await began()
        do {
            let response = try await answer(request, of: channel, at: door, body, atOnce)
            await ended()
            return response
        } catch {
            await ended()
            throw error
        }
    }

    private nonisolated func answer(
        _ request: Request,
        of channel: any Channel,
        at door: Door,
        _ body: ByteBuffer,
        _ atOnce: Int
    ) async throws -> Response {
        let response = await respond(
            to: SimulatedGitHub.Request(
                method: request.method.rawValue,
                target: request.head.path ?? "/",
                headers: request.headers.map { HeaderField($0.name.rawName, $0.value) },
                body: Array(body.readableBytesView),
                host: host(of: request, at: door),
                atOnce: atOnce,
                address: channel.remoteAddress?.ipAddress ?? ""
            )
        )
        await gate.pass()
        let acceptsGzip = request.headers[.acceptEncoding]?.contains("gzip") ?? false
        switch response.manner {
        case .whole: break
        case .reset: channel.close(mode: .all, promise: nil)
        case .late(let milliseconds): try await Task.sleep(for: .milliseconds(milliseconds))
        case .truncated(let count): return Self.cut(response, after: count)
        }
        return Self.convert(response, acceptsGzip: acceptsGzip)
    }

    /// Notes that a request is being answered; tells how many are.
    private func began() -> Int {
        inFlight += 1
        mostAtOnce = max(mostAtOnce, inFlight)
        return inFlight
    }

    private func ended() { inFlight -= 1 }

    /// Whom a request speaks to: over TCP whoever has that port, over the socket whom it names.
    private nonisolated func host(of request: Request, at door: Door) -> String? {
        switch door {
        case .api: nil
        case .storage: configuration.storageHost
        case .socket: request.head.authority
        }
    }

    /// Answers by the rules, and sends what comes of it.
    func respond(to request: SimulatedGitHub.Request) -> SimulatedGitHub.Response {
        defer { sendWhatIsDue() }
        return github.respond(to: request, at: clock())
    }

    private static func convert(_ response: SimulatedGitHub.Response, acceptsGzip: Bool) -> Response {
        var fields = fields(response.headers)
        var body = response.body
        // As GitHub does, and after the validator was made.
        if acceptsGzip, body.count > 1_000, let compressed = Gzip.compress(body) {
            body = compressed
            fields[.contentEncoding] = "gzip"
        }
        let status = HTTPResponse.Status(code: (200...599).contains(response.status) ? response.status : 500)
        let hasBody = !body.isEmpty || (status.code != 204 && status.code != 304)
        return Response(
            status: status,
            headers: fields,
            body: hasBody ? ResponseBody(byteBuffer: ByteBuffer(bytes: body)) : ResponseBody()
        )
    }

    /// Promises the whole length, sends a part and breaks the connection.
    private static func cut(_ response: SimulatedGitHub.Response, after count: Int) -> Response {
        let part = ByteBuffer(bytes: response.body.prefix(count))
        let body = ResponseBody(contentLength: response.body.count) { writer in
            try await writer.write(part)
            throw NotRunning()
        }
        return Response(status: .init(code: response.status), headers: fields(response.headers), body: body)
    }

    private static func fields(_ headers: [HeaderField]) -> HTTPFields {
        headers.reduce(into: HTTPFields()) { fields, header in
            if let name = HTTPField.Name(header.name) { fields.append(HTTPField(name: name, value: header.value)) }
        }
    }
}

/// The gzip format, by the system's zlib.
private enum Gzip {
    static func compress(_ bytes: [UInt8]) -> [UInt8]? {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        // 16 more than the largest window asks for gzip's own header.
        guard deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK else {
            return nil
        }
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))))
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                return deflate(&stream, Z_FINISH)
            }
        }
        return result == Z_STREAM_END ? Array(output.prefix(Int(stream.total_out))) : nil
    }
}
