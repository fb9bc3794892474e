import GitHubCore
import MeshCore
import Multiformats
import Testing

@Suite struct SyncPlanTests {
    private let one = peer(1)
    private let two = peer(2)

    private func plan(following names: String...) throws -> SyncPlan {
        var plan = SyncPlan()
        plan.follow(Set(try names.map { try Sample.repository($0) }))
        return plan
    }

    private func next(_ plan: inout SyncPlan, at now: Duration, _ followers: [PeerID: Int] = [:]) -> SyncPlan.Round? {
        plan.next(now: now, chance: 0.5) { peer, _ in followers[peer] ?? 0 }
    }

    @Test func theFirstPeerIsAskedAtOnceAndOneAtATime() throws {
        var plan = try self.plan(following: "octo/hello")
        #expect(plan.wakeAt == nil)
        plan.met(self.one, now: .seconds(5), chance: 0.9)
        plan.met(self.two, now: .seconds(5), chance: 0.9)
        #expect(plan.wakeAt.map { $0 <= .seconds(5) } == true)
        // Whoever follows more of what is followed here knows more of it.
        #expect(self.next(&plan, at: .seconds(5), [self.two: 1])?.peer == self.two)
        #expect(self.next(&plan, at: .seconds(9)) == nil)
        #expect(plan.wakeAt == nil)
    }

    @Test func whoeverIsMetLaterWaitsAMoment() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        _ = self.next(&plan, at: .zero)
        _ = plan.ended(.complete(brought: 1), now: .zero, chance: 0)
        plan.met(self.two, now: .seconds(10), chance: 0.25)
        #expect(self.next(&plan, at: .seconds(10)) == nil)
        #expect(plan.wakeAt == .milliseconds(10_500))
        #expect(self.next(&plan, at: .milliseconds(10_500))?.peer == self.two)
    }

    @Test func anInterruptedRoundGoesOnWithAnother() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        _ = self.next(&plan, at: .zero)
        plan.met(self.two, now: .zero, chance: 0)
        plan.lost(self.one)
        _ = plan.ended(.interrupted, now: .seconds(1), chance: 0)
        #expect(self.next(&plan, at: .seconds(1))?.peer == self.two)
        _ = plan.ended(.interrupted, now: .seconds(2), chance: 0)
        // Nobody else is there: the same one after a pause.
        #expect(self.next(&plan, at: .seconds(2)) == nil)
        #expect(self.next(&plan, at: .seconds(3))?.peer == self.two)
    }

    @Test func aPeerThatAlwaysFailsIsLeftAlone() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        var now = Duration.zero
        var tries = 0
        while let wake = plan.wakeAt, wake < .seconds(3600) {
            now = max(now, wake)
            guard self.next(&plan, at: now) != nil else { continue }
            tries += 1
            guard tries < 50 else { break }
            _ = plan.ended(.interrupted, now: now, chance: 0)
            if tries >= SyncPlan.Limits().failures { break }
        }
        #expect(tries == SyncPlan.Limits().failures)
        #expect(self.next(&plan, at: now + .seconds(1)) == nil)
    }

    @Test func onceAFewHaveNothingNewTheRestIsNotAsked() throws {
        var plan = try self.plan(following: "octo/hello")
        for number in 1...100 { plan.met(peer(UInt8(number)), now: .zero, chance: 0) }
        var asked = 0
        while self.next(&plan, at: .seconds(1)) != nil {
            asked += 1
            _ = plan.ended(.complete(brought: asked == 1 ? 9 : 0), now: .seconds(1), chance: 0)
        }
        #expect(asked == 1 + SyncPlan.Limits().enough)
    }

    @Test func fromTimeToTimeAnyPeerIsAsked() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        _ = self.next(&plan, at: .zero)
        _ = plan.ended(.complete(brought: 0), now: .zero, chance: 0)
        let wake = try #require(plan.wakeAt)
        #expect(wake >= SyncPlan.Limits().interval && wake <= SyncPlan.Limits().interval * 2)
        #expect(self.next(&plan, at: wake)?.repositories == nil)
    }

    @Test func whatIsFollowedAnewIsAskedOfWhoFollowsIt() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        plan.met(self.two, now: .zero, chance: 0)
        while self.next(&plan, at: .zero) != nil { _ = plan.ended(.complete(brought: 0), now: .zero, chance: 0) }
        let (hello, other) = (try Sample.repository(), try Sample.repository("octo/other"))
        plan.follow([hello, other])
        #expect(plan.wakeAt == .zero)
        let round = self.next(&plan, at: .seconds(1), [self.two: 1])
        #expect(round?.peer == self.two && round?.repositories == [other])
        _ = plan.ended(.complete(brought: 0), now: .seconds(1), chance: 0)
        plan.follow([hello])
        plan.follow([hello, other])
        // Nobody follows it: nobody has it.
        #expect(self.next(&plan, at: .seconds(2)) == nil)
        #expect(try #require(plan.wakeAt) > .seconds(2))
    }

    @Test func whatIsFollowedOneAfterTheOtherIsComparedTogether() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        _ = self.next(&plan, at: .zero)
        _ = plan.ended(.complete(brought: 0), now: .zero, chance: 0)
        let names = try (0..<5).map { try Sample.repository("octo/r\($0)") }
        plan.follow([names[0]])
        #expect(self.next(&plan, at: .seconds(1), [self.one: 1])?.repositories == [names[0]])
        _ = plan.ended(.complete(brought: 0), now: .seconds(1), chance: 0)
        for count in 2...5 {
            plan.follow(Set(names.prefix(count)))
            #expect(self.next(&plan, at: .seconds(1), [self.one: 1]) == nil)
        }
        let wake = try #require(plan.wakeAt)
        #expect(wake == .seconds(1) + SyncPlan.Limits().gathering)
        #expect(self.next(&plan, at: wake, [self.one: 1])?.repositories == Set(names[1...]))
    }

    @Test func whoeverLearntSomethingInvitesOthersButNotAfterItsFirstComparison() throws {
        var plan = try self.plan(following: "octo/hello")
        for number in 1...20 { plan.met(peer(UInt8(number)), now: .zero, chance: 0) }
        _ = self.next(&plan, at: .zero)
        #expect(plan.ended(.complete(brought: 9), now: .zero, chance: 0).isEmpty)
        let round = try #require(self.next(&plan, at: .zero))
        let invited = plan.ended(.complete(brought: 1), now: .zero, chance: 0.9)
        #expect(Set(invited).count == SyncPlan.Limits().invitations)
        #expect(!invited.contains(round.peer))
        _ = self.next(&plan, at: .zero)
        #expect(plan.ended(.complete(brought: 0), now: .zero, chance: 0).isEmpty)
    }

    @Test func anInvitationIsTakenUpButNotTooOften() throws {
        var plan = try self.plan(following: "octo/hello")
        plan.met(self.one, now: .zero, chance: 0)
        _ = self.next(&plan, at: .zero)
        _ = plan.ended(.complete(brought: 0), now: .zero, chance: 0)
        plan.invited(by: self.two, now: .seconds(9), chance: 0)
        plan.invited(by: self.one, now: .seconds(9), chance: 0)
        #expect(self.next(&plan, at: .seconds(9))?.peer == self.one)
        _ = plan.ended(.complete(brought: 0), now: .seconds(9), chance: 0)
        plan.invited(by: self.one, now: .seconds(9), chance: 0)
        #expect(plan.wakeAt == .seconds(9) + SyncPlan.Limits().quiet)
        // Who is not connected is nobody.
        #expect(self.next(&plan, at: .seconds(60))?.peer == self.one)
        _ = plan.ended(.complete(brought: 0), now: .seconds(60), chance: 0)
        #expect(self.next(&plan, at: .seconds(60)) == nil)
    }

    @Test func withNothingToFollowNobodyIsAsked() throws {
        var plan = SyncPlan()
        plan.met(self.one, now: .zero, chance: 0)
        #expect(self.next(&plan, at: .seconds(500)) == nil)
        #expect(plan.wakeAt == nil)
    }
}
