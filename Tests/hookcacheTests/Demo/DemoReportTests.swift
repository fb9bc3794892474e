import Testing

@testable import hookcache

@Suite struct DemoReportTests {
    private var report: DemoReport {
        var report = DemoReport()
        report.nodes = [.init(name: "A", peerID: "p", apiURL: "u"), .init(name: "B", peerID: "q", apiURL: "v")]
        report.events = [
            .init(title: "run 1 requested", status: 202, answeredAfter: 2, freshAfter: [3, 5.25]),
            .init(title: "run 1 completed", status: 202, answeredAfter: 1, freshAfter: [1.04, 150]),
        ]
        report.calls = .init(before: 4, during: 1)
        return report
    }

    @Test func itIsCompleteOnlyIfEveryEventArrivedEverywhere() {
        #expect(self.report.isComplete)
        var late = self.report
        late.events[1].freshAfter[1] = nil
        #expect(!late.isComplete)
        #expect(late.summary(Style()).hasPrefix("1 of 2 events arrived everywhere."))
        var refused = self.report
        refused.events[0].status = 503
        #expect(!refused.isComplete)
        var stale = self.report
        stale.staleLists = ["/repos/o/r/actions/runs through node B"]
        #expect(!stale.isComplete)
        #expect(!DemoReport().isComplete)
    }

    @Test func eventsLineUpUnderTheirHeading() {
        #expect(
            self.report.header(Style()) == "EVENT                             ANSWER        FRESH ON A  FRESH ON B\n"
        )
        #expect(
            DemoReport.row(self.report.events[1], Style())
                == "run 1 completed                   202 1.0 ms    1.0 ms      150 ms\n"
        )
    }

    @Test func theSummarySetsTheCallsBesidePolling() {
        let summary = self.report.summary(Style())
        #expect(summary.contains("2 events, each fresh on every node"))
        #expect(summary.contains("1 for 2 events, after 4 to begin with"))
        #expect(summary.contains("4 at the least"))
        #expect(summary.contains("120 an hour"))
    }

    @Test func programsGetAllOfIt() {
        let json = self.report.json
        #expect(json["complete"] == .bool(true))
        #expect(json["api_calls.during"] == .integer(1))
        #expect(json["events"]?.rows().count == 2)
    }
}
