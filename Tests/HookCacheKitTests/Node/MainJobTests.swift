import Fleet
import GitHubCore
import GitHubSimulator
import GitHubSimulatorCore
import HookCacheKit
import NIOHTTP1
import Testing

/// The main job over real sockets: signed deliveries become fresh answers, and GitHub is not asked for them.
@Suite(.serialized) struct MainJobTests {
    @Test func aDeliveryIsFreshHereWithoutACall() async throws {
        try await Fleet.with(nodes: 1) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let port = try #require(await fleet.nodes[0].webhookPort())
            try await fleet.github.createHook(
                in: .repository(repository),
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret
            )
            let run = try await fleet.github.startRun(.init(repository))
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            let path = "/repos/\(Fleet.repository)/actions/runs/\(run)"
            try await fleet.eventually("the run is completed here") {
                let answer = try await fleet.get(path, from: 0)
                return String(decoding: answer.body, as: UTF8.self).contains(#""status":"completed""#)
            }
            for job in await fleet.github.jobs(ofRun: run) {
                let answer = try await fleet.get("/repos/\(Fleet.repository)/actions/jobs/\(job.id)", from: 0)
                #expect(answer.status == 200)
                #expect(answer.headers.first(name: "Cache-Status")?.contains("hit") == true)
                #expect(answer.headers.first(name: "Cache-Status")?.contains("detail=webhook") == true)
            }
            let statistics = await fleet.github.statistics
            #expect(statistics.deliveriesRefused == 0)
            #expect(statistics.countedByPath.keys.filter { $0.contains("/actions/") }.isEmpty)
        }
    }
}

extension MainJobTests {
    @Test func aDeliveryToOneNodeIsFreshOnEveryNodeWithoutACall() async throws {
        try await Fleet.with(nodes: 3) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let list = "/repos/\(Fleet.repository)/actions/runs"
            // What is read is followed.
            for node in 0..<3 { #expect(try await fleet.get(list, from: node).status == 200) }
            try await fleet.settleMesh()
            let port = try #require(await fleet.nodes[0].webhookPort())
            try await fleet.github.createHook(
                in: .repository(repository),
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret
            )
            let before = await fleet.github.statistics
            let run = try await fleet.github.startRun(.init(repository))
            try await fleet.github.finish(run: run)
            await fleet.github.settle()
            for node in 0..<3 {
                try await fleet.eventually("the run is completed on node \(node)") {
                    let body = try await fleet.stored("\(list)/\(run)", on: node)
                    return body.map { String(decoding: $0, as: UTF8.self).contains(#""status":"completed""#) } ?? false
                }
                for job in await fleet.github.jobs(ofRun: run) {
                    let path = "/repos/\(Fleet.repository)/actions/jobs/\(job.id)"
                    try await fleet.eventually("job \(job.id) is completed on node \(node)") {
                        let body = try await fleet.stored(path, on: node)
                        return body.map { String(decoding: $0, as: UTF8.self).contains(#""conclusion":"success""#) }
                            ?? false
                    }
                }
                try await fleet.eventually("the list names the run on node \(node)") {
                    let body = try await fleet.stored(list, on: node)
                    return body.map { String(decoding: $0, as: UTF8.self).contains("\"id\":\(run)") } ?? false
                }
            }
            let after = await fleet.github.statistics
            let objects = after.countedByPath.filter { $0.key.contains("/runs/\(run)") || $0.key.contains("/jobs/") }
            #expect(objects.isEmpty)
            #expect(after.counted - before.counted <= 1)
        }
    }
}

extension MainJobTests {
    @Test func whatBecomesPrivateIsGoneOnEveryNode() async throws {
        try await Fleet.with(nodes: 3) { fleet in
            let repository = try #require(RepositoryName(Fleet.repository))
            let list = "/repos/\(Fleet.repository)/actions/runs"
            for node in 0..<3 { #expect(try await fleet.get(list, from: node).status == 200) }
            try await fleet.settleMesh()
            let port = try #require(await fleet.nodes[0].webhookPort())
            try await fleet.github.createHook(
                in: .repository(repository),
                url: "http://127.0.0.1:\(port)/webhook",
                secret: Fleet.secret,
                events: ["workflow_run", "workflow_job", "repository"]
            )
            let run = try await fleet.github.startRun(.init(repository))
            await fleet.github.settle()
            for node in 0..<3 {
                try await fleet.eventually("the run is on node \(node)") {
                    try await fleet.stored("\(list)/\(run)", on: node) != nil
                }
            }
            try await fleet.github.setPrivate(true, repository)
            await fleet.github.settle()
            for node in 0..<3 {
                for path in [list, "\(list)/\(run)"] {
                    try await fleet.eventually("\(path) is gone from node \(node)") {
                        try await fleet.stored(path, on: node) == nil
                    }
                }
                #expect(try await fleet.get("\(list)/\(run)", from: node).status == 404)
            }
        }
    }

    @Test func aMissIsAnsweredByAPeerThatHasIt() async throws {
        try await Fleet.with(nodes: 2) { fleet in
            let list = "/repos/\(Fleet.repository)/actions/runs"
            let first = try await fleet.get(list, from: 0)
            #expect(first.status == 200)
            let before = await fleet.github.statistics
            let second = try await fleet.get(list, from: 1)
            #expect(second.status == 200)
            #expect(second.headers.first(name: "Cache-Status")?.contains("detail=peer") == true)
            #expect(second.headers.first(name: "X-Hookcache-CID") == first.headers.first(name: "X-Hookcache-CID"))
            #expect(await fleet.github.statistics.requests == before.requests)
            #expect(await fleet.nodes[1].statistics().peerHits == 1)
        }
    }
}
