import GitHubCore
import GitHubSimulatorCore
import SchemaCheck
import Testing

struct StorageTests {
    private let hello = "/repos/octo-tools/hello-ci"
    private static let blobs = "https://productionresultssa0.blob.core.windows.net"

    /// Where a path of the API leads; the test fails where it leads nowhere.
    private func link(_ path: String, _ world: inout World) throws -> String {
        let answer = world.get("\(hello)/actions/\(path)")
        #expect(answer.status == 302)
        #expect(answer.header("ETag") == nil && answer.header("Cache-Control") == nil)
        return try #require(answer.header("Location"))
    }

    private func fetch(
        _ link: String,
        _ world: inout World,
        method: String = "GET",
        headers: [HeaderField] = []
    ) throws -> SimulatedGitHub.Response {
        let rest = try #require(link.hasPrefix(Self.blobs) ? link.dropFirst(Self.blobs.count) : nil)
        let host = Self.blobs.dropFirst("https://".count).uppercased()
        let request = SimulatedGitHub.Request(method: method, target: String(rest), headers: headers, host: host)
        return world.github.respond(to: request, at: world.now)
    }

    @Test func linksLeadToAnotherHostForAMinute() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun()
        let artifact = try world.github.createArtifact("report", run: run, at: world.now)
        let job = world.github.jobs(ofRun: run)[0].id
        let counted = world.github.calls.counted
        for path in [
            "runs/\(run)/logs", "runs/\(run)/attempts/1/logs", "jobs/\(job)/logs", "artifacts/\(artifact.id)/zip",
        ] {
            let link = try link(path, &world)
            #expect(try fetch(link, &world).status == 200)
            #expect(try fetch(link, &world, method: "HEAD").body.isEmpty)
            world.pass(seconds: 60)
            #expect(try fetch(link, &world).status == 200)
            world.pass()
            #expect(try fetch(link, &world).status == 403)
        }
        #expect(world.github.storage.requests == 16)
        #expect(world.github.storage.served == 12)
        #expect(world.github.calls.counted == counted + 4)
    }

    @Test func withoutAHostOfItsOwnStorageIsBesideTheAPI() throws {
        var world = try World()
        let run = try world.finishedRun()
        let link = try link("runs/\(run)/logs", &world).dropFirst("https://api.github.com".count)
        #expect(world.get(String(link), token: nil).status == 200)
        #expect(world.get("/api/v3\(link)", token: nil).status == 200)
        #expect(world.get(String(link), token: "admin").status == 400)
    }

    @Test func credentialsAreRefusedAndCounted() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun()
        let link = try link("runs/\(run)/logs", &world)
        let answer = try fetch(link, &world, headers: [HeaderField("authorization", "Bearer admin")])
        #expect(answer.status == 400)
        #expect(answer.header("x-ms-error-code") == "InvalidAuthenticationInfo")
        #expect(world.github.storage.withCredential == 1)
        #expect(world.github.storage.served == 0)
    }

    @Test func aSignatureIsForOnePathAndOneTime() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun()
        let other = try world.finishedRun()
        let link = try link("runs/\(run)/logs", &world)
        let later = world.now.advanced(bySeconds: 3_600).rfc3339.replacing(":", with: "%3A")
        let end = world.now.advanced(bySeconds: 60).rfc3339.replacing(":", with: "%3A")
        #expect(link.contains("se=\(end)"))
        for forged in [
            link.replacing("\(run)", with: "\(other)"), link.replacing(end, with: later),
            link.replacing("sig=", with: "sig=A"), String(link.prefix { $0 != "?" }),
        ] {
            #expect(try fetch(forged, &world).status == 403, "\(forged)")
        }
        #expect(try fetch(link, &world, method: "PUT").status == 405)
    }

    @Test func thereAreNoLogsBeforeTheEndNorAfterTheirDeletion() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.github.startRun(.init(World.hello), at: world.now)
        let path = "\(hello)/actions/runs/\(run)/logs"
        let job = world.github.jobs(ofRun: run)[0].id
        #expect(world.get(path).status == 404)
        #expect(world.get("\(hello)/actions/jobs/\(job)/logs").status == 404)
        #expect(world.call("DELETE", path).status == 403)
        try world.github.finish(run: run, at: world.now)
        #expect(world.get(path).status == 302)
        #expect(world.call("DELETE", path, token: "reader").status == 403)
        #expect(world.call("DELETE", path).status == 204)
        #expect(world.get(path).status == 404)
        #expect(world.get("\(hello)/actions/jobs/\(job)/logs").status == 404)
    }

    @Test func anExpiredArtifactIsListedAndGone() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun()
        let artifact = try world.github.createArtifact("report", run: run, at: world.now)
        try world.github.expire(artifact: artifact.id)
        let list = world.get("\(hello)/actions/runs/\(run)/artifacts").json
        #expect(list.at("artifacts.0.expired") == true)
        #expect(world.get("\(hello)/actions/artifacts/\(artifact.id)/zip").status == 410)
    }

    @Test func whatLiesThereIsWhatTheLinkWasFor() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun(.init(World.hello, jobs: [.init("build / a", conclusion: .failure)]))
        let files = [(path: "bin/tool", content: Array("a tool".utf8)), (path: "r.txt", content: [])]
        let artifact = try world.github.createArtifact("my report", run: run, files: files, at: world.now)
        let archive = try fetch(link("artifacts/\(artifact.id)/zip", &world), &world)
        #expect(archive.header("Content-Type") == "application/zip")
        #expect(archive.body == artifact.archive)
        #expect(String(decoding: archive.body, as: UTF8.self).contains("bin/toola tool"))
        let logs = try fetch(link("runs/\(run)/logs", &world), &world)
        let text = String(decoding: logs.body, as: UTF8.self)
        #expect(text.contains("0_build  a.txt") && text.contains("build  a/1_Set up job.txt"))
        let job = try fetch(link("jobs/\(world.github.jobs(ofRun: run)[0].id)/logs", &world), &world)
        #expect(job.header("Content-Type") == "text/plain")
        #expect(String(decoding: job.body, as: UTF8.self).contains("##[error]Process completed with exit code 1."))
    }

    @Test func faultsReachStorageToo() throws {
        var world = try World(.init(storageURL: Self.blobs))
        let run = try world.finishedRun()
        let link = try link("runs/\(run)/logs", &world)
        world.github.faults.add(.serverError(503), toPathsWith: "logs.zip", times: 1)
        #expect(try fetch(link, &world).status == 503)
        world.github.faults.add(.truncated, toPathsWith: "logs.zip", times: 1)
        let cut = try fetch(link, &world)
        #expect(cut.manner == .truncated(after: cut.body.count / 2))
    }
}
