import FleetModel
import Foundation

/// The curve for people: a table, a drawing, and the page that holds both.
struct Report {
    private static let folder = "Sources/CacheMesh/CacheMesh.docc"

    let results: [FleetModel.Result]
    let model: FleetModel

    /// KiB a second, by fleet and by what is followed.
    var table: String {
        let titles = ["nodes"] + self.model.follows.map { "follows \($0)" }
        var lines = [titles, titles.map { _ in "--:" }].map(Self.row)
        for result in self.results {
            let cells = self.model.follows.map { String(format: "%.1f", Self.kibibytes(result.costs[$0])) }
            lines.append(Self.row(["\(result.nodes)"] + cells))
        }
        return lines.joined(separator: "\n")
    }

    /// Writes the page and its drawing into the documentation.
    func write() throws {
        let folder = URL(filePath: Self.folder)
        guard FileManager.default.fileExists(atPath: "Package.swift") else {
            throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "Package.swift in the working directory"])
        }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(self.page.utf8).write(to: folder.appending(path: "FleetCost.md"))
        try Data(self.drawing.utf8).write(to: folder.appending(path: "fleet-cost.svg"))
    }

    private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

    private static func kibibytes(_ cost: FleetModel.Cost?) -> Double {
        ((cost?.received ?? 0) + (cost?.sent ?? 0)) / 1024
    }

    private var page: String {
        let largest = self.results.last
        let connections = self.model.follows.map { count in
            String(format: "%.0f", largest?.costs[count]?.connections ?? 0)
        }
        return """
            # What the fleet costs a node

            A node's traffic grows with what it follows, not with the fleet.

            ## Overview

            Every repository has a topic of its own, and a node is in the meshes of the topics that it follows and in no others.
            How many nodes there are beside those decides nothing.

            This page is made by `swift run -c release FleetCurve --write`, which simulates fleets in virtual time with the \
            routers of LibP2PCore as they are: \(self.model.repositories) repositories, each with an event every \
            \(self.model.pause) seconds, of \(self.model.sizes.map(String.init).joined(separator: " and ")) bytes by turns; a \
            node follows from \(self.model.follows.first ?? 0) to \(self.model.follows.last ?? 0) of them and dials \
            \(self.model.dials) other followers of each. Traffic in both directions, in KiB a second, of a node that follows so \
            many repositories:

            \(self.table)

            ![KiB a second over the size of the fleet, a line for each number of repositories followed](fleet-cost.svg)

            With \(largest?.nodes ?? 0) nodes one has \(connections.joined(separator: ", ")) connections on average, by what it \
            follows. \(self.results.map { "\($0.nodes) nodes: \($0)." }.joined(separator: " "))

            """
    }

    /// A line for each number of repositories followed, over the logarithm of the fleet's size.
    private var drawing: String {
        let (width, height, left, right, top, bottom) = (720.0, 400.0, 60.0, 110.0, 20.0, 45.0)
        let logs = self.results.map { log10(Double($0.nodes)) }
        let (low, high) = (logs.min() ?? 0, max(logs.max() ?? 1, (logs.min() ?? 0) + 0.01))
        let most = self.results.flatMap { $0.costs.values }.map { Self.kibibytes($0) }.max() ?? 1
        let scale = pow(10, floor(log10(most)))
        let ceiling = [1, 2, 3, 4, 5, 6, 8, 10].map { $0 * scale }.first { $0 >= most } ?? most
        func x(_ nodes: Int) -> Double {
            left + (log10(Double(nodes)) - low) / (high - low) * (width - left - right)
        }
        func y(_ value: Double) -> Double { height - bottom - value / ceiling * (height - top - bottom) }
        func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) -> String {
            String(format: #"<text x="%.0f" y="%.0f" text-anchor="\#(anchor)">\#(words)</text>"#, x, y)
        }
        var lines = [
            #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(Int(width)) \#(Int(height))" font-family="sans-serif" font-size="13">"#,
            #"<rect width="100%" height="100%" fill="white"/>"#,
        ]
        for part in 0...4 {
            let value = ceiling * Double(part) / 4
            lines.append(
                String(
                    format: ##"<line x1="%.0f" y1="%.0f" x2="%.0f" y2="%.0f" stroke="#ddd"/>"##,
                    left,
                    y(value),
                    width - right,
                    y(value)
                )
            )
            lines.append(text(left - 6, y(value) + 4, "end", String(format: "%g", value)))
        }
        for result in self.results {
            lines.append(text(x(result.nodes), height - bottom + 18, "middle", "\(result.nodes)"))
        }
        lines.append(text((left + width - right) / 2, height - 8, "middle", "nodes in the fleet"))
        lines.append(text(left, top - 6, "start", "KiB a second, in and out"))
        for (index, count) in self.model.follows.enumerated() {
            let colour = ["#1b6ca8", "#2a9d8f", "#8ab17d", "#e9a13b", "#e76f51", "#9d4edd"][index % 6]
            let points = self.results.map { result in
                String(format: "%.1f,%.1f", x(result.nodes), y(Self.kibibytes(result.costs[count])))
            }
            lines.append(
                #"<polyline points="\#(points.joined(separator: " "))" fill="none" stroke="\#(colour)" stroke-width="2"/>"#
            )
            guard let last = self.results.last else { continue }
            let end = y(Self.kibibytes(last.costs[count])) + 4
            lines.append(text(width - right + 8, end, "start", "follows \(count)"))
        }
        return (lines + ["</svg>", ""]).joined(separator: "\n")
    }
}
