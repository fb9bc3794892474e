/// Elements in the order of their last use; every operation takes constant time.
struct RecencyList<Element: Hashable> {
    private struct Node {
        var element: Element
        var older: Int
        var newer: Int
    }

    private static var none: Int { -1 }

    private var nodes: [Node] = []
    private var free: [Int] = []
    private var positions: [Element: Int] = [:]
    private var oldestIndex = Self.none
    private var newestIndex = Self.none

    var count: Int { positions.count }

    /// The element that was not used for longest.
    var oldest: Element? { oldestIndex == Self.none ? nil : nodes[oldestIndex].element }

    /// Makes an element the newest, adding it where it is missing.
    mutating func use(_ element: Element) {
        if let index = positions[element] {
            guard index != newestIndex else { return }
            unlink(index)
            link(index)
        } else {
            insert(element)
        }
    }

    /// Adds an element as the newest; one that is there keeps its place.
    mutating func add(_ element: Element) {
        if positions[element] == nil { insert(element) }
    }

    mutating func remove(_ element: Element) {
        guard let index = positions.removeValue(forKey: element) else { return }
        unlink(index)
        free.append(index)
    }

    private mutating func insert(_ element: Element) {
        let node = Node(element: element, older: Self.none, newer: Self.none)
        let index: Int
        if let reused = free.popLast() {
            index = reused
            nodes[index] = node
        } else {
            index = nodes.count
            nodes.append(node)
        }
        positions[element] = index
        link(index)
    }

    private mutating func link(_ index: Int) {
        nodes[index].older = newestIndex
        nodes[index].newer = Self.none
        if newestIndex == Self.none { oldestIndex = index } else { nodes[newestIndex].newer = index }
        newestIndex = index
    }

    private mutating func unlink(_ index: Int) {
        let node = nodes[index]
        if node.older == Self.none { oldestIndex = node.newer } else { nodes[node.older].newer = node.newer }
        if node.newer == Self.none { newestIndex = node.older } else { nodes[node.newer].older = node.older }
    }
}
