import AsyncHTTPClient
import Foundation
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import NIOCore
import NIOHTTP1
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SimulatedGitHubServerTests {
    private let hello = RepositoryName("octo-tools/hello-ci")!
    private let secret = "It's a Secret to Everybody"

    private func get(_ url: String, _ more: [(String, String)] = []) async throws -> (HTTPClientResponse, [UInt8]) {
        var request = HTTPClientRequest(url: url)
        request.headers = HTTPHeaders([("User-Agent", "tests"), ("Authorization", "Bearer admin")] + more)
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
        return (response, Array(try await response.body.collect(upTo: 1 << 20).readableBytesView))
    }

    /// A URL that leads to a path over a Unix socket.
    private func address(of path: String, at socket: String) throws -> String {
        let encoded = try #require(socket.addingPercentEncoding(withAllowedCharacters: .alphanumerics))
        return "http+unix://\(encoded)\(path)"
    }

    private func getWithoutFollowing(_ url: String) async throws -> HTTPClientResponse {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        let client = HTTPClient(configuration: configuration)
        var request = HTTPClientRequest(url: url)
        request.headers = ["User-Agent": "tests", "Authorization": "Bearer admin"]
        let response = try await client.execute(request, timeout: .seconds(20))
        _ = try await response.body.collect(upTo: 1 << 20)
        try await client.shutdown()
        return response
    }

    private func withGitHub(
        _ configuration: SimulatedGitHubServer.Configuration = .init(),
        _ body: (SimulatedGitHubServer, String) async throws -> Void
    ) async throws {
        try await SimulatedGitHubServer.withServer(configuration) { github, url in
            try await github.createRepository(hello)
            await github.createToken("admin", grants: [.everything])
            try await body(github, url)
        }
    }

    @Test func itAnswersAtBothPrefixesWithItsOwnURLs() async throws {
        try await withGitHub { github, url in
            for prefix in ["", "/api/v3"] {
                let (response, body) = try await get("\(url)\(prefix)/repos/octo-tools/hello-ci")
                #expect(response.status == .ok)
                #expect(String(decoding: body, as: UTF8.self).contains("\"\(url)/repos/octo-tools/hello-ci\""))
                #expect(response.headers["Vary"].count == 2)
            }
            #expect(await github.statistics.counted == 2)
            #expect(await github.statistics.mostAtOnce == 1)
        }
    }

    @Test func validatorsHoldAndAreFree() async throws {
        try await withGitHub { github, url in
            let address = "\(url)/repos/octo-tools/hello-ci/actions/runs"
            let (first, body) = try await get(address)
            let tag = try #require(first.headers.first(name: "ETag"))
            #expect(tag == ETagFormula.etag(of: body, accept: nil, authorization: "Bearer admin"))
            let (second, empty) = try await get(address, [("If-None-Match", tag)])
            #expect(second.status == .notModified)
            #expect(empty.isEmpty)
            #expect(await github.statistics.notModified == 1)
        }
    }

    @Test func bodiesAreCompressedForThoseWhoAsk() async throws {
        try await withGitHub { _, url in
            let address = "\(url)/repos/octo-tools/hello-ci"
            let (plain, body) = try await get(address)
            let (packed, bytes) = try await get(address, [("Accept-Encoding", "gzip")])
            #expect(packed.headers.first(name: "Content-Encoding") == "gzip")
            // The client has unpacked it already.
            #expect(bytes == body)
            #expect(packed.headers.first(name: "ETag") == plain.headers.first(name: "ETag"))
        }
    }

    @Test func deliveriesArriveSignedAndInOrder() async throws {
        try await Receiver.withReceiver { receiver, hookURL in
            try await withGitHub { github, _ in
                let hook = try await github.createHook(in: .repository(hello), url: hookURL, secret: secret)
                let run = try await github.startRun(.init(hello, jobs: ["build"]))
                try await github.play(run: run, pace: .zero)
                await github.settle()
                #expect(
                    receiver.all.map(\.event) == [
                        "ping", "workflow_run", "workflow_job", "workflow_run", "workflow_job", "workflow_job",
                        "workflow_run",
                    ]
                )
                for delivery in receiver.all {
                    let signature = delivery.header("X-Hub-Signature-256").flatMap { WebhookSignature($0) }
                    #expect(signature?.firstSigner(of: delivery.body, among: [.init(secret)]) == 0)
                }
                #expect(await github.deliveries(ofHook: hook).map(\.status).allSatisfy { $0 == "OK" })
                #expect(await github.statistics.deliveriesAnswered == 7)
            }
        }
    }

    @Test func aRefusedDeliveryIsLoggedAndCanBeSentAgain() async throws {
        try await Receiver.withReceiver { receiver, hookURL in
            try await withGitHub { github, url in
                receiver.answer(503)
                let hook = try await github.createHook(in: .repository(hello), url: hookURL, secret: secret)
                await github.settle()
                let failed = try #require(await github.deliveries(ofHook: hook).first)
                #expect(failed.status == "Invalid HTTP Response: 503")
                receiver.answer(200)
                let address = "\(url)/repos/octo-tools/hello-ci/hooks/\(hook)/deliveries"
                var request = HTTPClientRequest(url: "\(address)/\(failed.delivery.id)/attempts")
                request.method = .POST
                request.headers = ["User-Agent": "tests", "Authorization": "token admin"]
                let accepted = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
                #expect(accepted.status == .accepted)
                await github.settle()
                #expect(await github.deliveries(ofHook: hook).map(\.isSuccess) == [true, false])
                #expect(
                    receiver.all.map { $0.header("X-GitHub-Delivery") } == [failed.delivery.guid, failed.delivery.guid]
                )
            }
        }
    }

    @Test(arguments: ["http://192.0.2.1/hook", "http://127.0.0.1@192.0.2.1/", "http://127.evil.example/", "nonsense"])
    func otherMachinesAreNeverCalled(url: String) async throws {
        try await withGitHub { github, _ in
            let hook = try await github.createHook(in: .repository(hello), url: url, secret: nil)
            await github.settle()
            #expect(await github.deliveries(ofHook: hook).map(\.status) == ["failed to connect to host"])
            #expect(await github.statistics.deliveriesRefused == 1)
        }
    }

    @Test func lateDeliveriesGoWhenTheClockSaysSo() async throws {
        let now = Mutex(Timestamp(seconds: 1_800_000_000))
        try await Receiver.withReceiver { receiver, hookURL in
            try await SimulatedGitHubServer.withServer(clock: { now.withLock { $0 } }) { github, _ in
                try await github.createRepository(hello)
                await github.setDeliveryFault(.delayed(milliseconds: 3_000_000))
                try await github.createHook(in: .repository(hello), url: hookURL, secret: nil)
                await github.settle()
                #expect(receiver.all.isEmpty)
                now.withLock { $0 = $0.advanced(bySeconds: 3_000) }
                await github.sendWhatIsDue()
                await github.settle()
                #expect(receiver.all.map(\.event) == ["ping"])
            }
        }
    }

    @Test func itTellsTheTimeOfItsOwnClock() async throws {
        let moment = Timestamp(seconds: 1_800_000_000)
        try await SimulatedGitHubServer.withServer(clock: { moment }) { _, url in
            let told = try await get(url).0.headers["Date"]
            #expect(told == [HTTPDate.text(moment.seconds)])
        }
    }

    @Test func faultsReachTheWire() async throws {
        try await withGitHub { github, url in
            let address = "\(url)/repos/octo-tools/hello-ci"
            await github.addFault(.reset, times: 1)
            await #expect(throws: (any Error).self) { try await get(address) }
            await github.addFault(.truncated, times: 1)
            await #expect(throws: (any Error).self) { try await get(address) }
            await github.addFault(.html, times: 1)
            let page = try await get(address).0
            #expect(page.status == .badGateway)
            await github.addFault(.slow(20), times: 1)
            let late = try await get(address).0
            #expect(late.status == .ok)
            await github.addFault(.secondaryLimit(retryAfter: 3), times: 1)
            let limited = try await get(address).0
            #expect(limited.headers.first(name: "Retry-After") == "3")
        }
    }

    @Test func whateverTheRulesCanDoCanBeDone() async throws {
        try await withGitHub { github, url in
            let run = try await github.startRun(.init(hello, branch: "topic"))
            let request = try await github.perform { rules, _ in try rules.openPullRequest("topic", in: hello) }
            let (_, body) = try await get("\(url)/repos/octo-tools/hello-ci/actions/runs/\(run)")
            #expect(String(decoding: body, as: UTF8.self).contains("\"id\":\(request.id),\"number\":1"))
            try await github.rename(hello, to: RepositoryName("octo-tools/hi-ci")!)
            let (moved, _) = try await get("\(url)/repos/octo-tools/hello-ci/actions/runs")
            #expect(moved.status == .ok, "a client follows the redirect")
        }
    }

    @Test func anEnterpriseServerHasItsPrefixInURLs() async throws {
        try await withGitHub(.init(pathPrefix: "/api/v3")) { _, url in
            #expect(url.hasSuffix("/api/v3"))
            let (_, body) = try await get("\(url)/repos/octo-tools/hello-ci")
            #expect(String(decoding: body, as: UTF8.self).contains("\"\(url)/repos/octo-tools/hello-ci/hooks\""))
        }
    }

    @Test func itCanLookLikeGitHubAndItsStorage() async throws {
        let blobs = "https://productionresultssa0.blob.core.windows.net"
        let socket = "\(NSTemporaryDirectory())/github-\(UUID().uuidString.prefix(8)).sock"
        let configuration = SimulatedGitHubServer.Configuration(
            github: .init(storageURL: blobs),
            publicURL: "https://api.github.com",
            socketPath: socket
        )
        try await withGitHub(configuration) { github, url in
            let run = try await github.startRun(.init(hello))
            try await github.finish(run: run)
            let path = "/repos/octo-tools/hello-ci/actions/runs/\(run)"
            let (_, body) = try await get(url + path)
            #expect(String(decoding: body, as: UTF8.self).contains("\"https://api.github.com\(path)/jobs\""))
            let overSocket = try address(of: path, at: socket)
            let (_, same) = try await get(overSocket, [("Host", "api.github.com")])
            #expect(same == body)
            let logs = try await getWithoutFollowing("\(url)\(path)/logs")
            let link = try #require(logs.headers.first(name: "Location"))
            #expect(link.hasPrefix(blobs))
            let target = String(link.dropFirst(blobs.count))
            for address in [try await github.storageURL() + target, try address(of: target, at: socket)] {
                var request = HTTPClientRequest(url: address)
                request.headers = ["Host": "productionresultssa0.blob.core.windows.net"]
                let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
                #expect(response.status == .ok)
            }
            let statistics = await github.statistics
            #expect(statistics.storage.served == 2)
            #expect(statistics.requests == 3)
        }
    }

    @Test func thereIsNoStorageWithoutAHostOfItsOwn() async throws {
        try await withGitHub { github, _ in
            await #expect(throws: SimulatedGitHubServer.NotRunning.self) { try await github.storageURL() }
        }
    }

    @Test func aServerThatHasStoppedHasNoAddress() async throws {
        let server = try await SimulatedGitHubServer.withServer { server, _ in server }
        await #expect(throws: SimulatedGitHubServer.NotRunning.self) { try await server.url() }
    }
}
