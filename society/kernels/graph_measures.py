"""Kernels of `graph_measures`: triangles, distances and communities over compressed rows."""

from society.kernels import serial


@serial
def count_triangles(indptr, indices, mark, triangles):
    """Add to triangles (n_agents,) how many each person is in, given each tie once, from its lesser end to its greater.

    Ends are compared by degree, then by number, so that nobody starts many ties; mark (n_agents,) is -1 throughout.
    """
    for i in range(len(triangles)):
        for e in range(indptr[i], indptr[i + 1]):
            mark[indices[e]] = i
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            for f in range(indptr[j], indptr[j + 1]):
                k = indices[f]
                if mark[k] == i:
                    triangles[i] += 1
                    triangles[j] += 1
                    triangles[k] += 1


@serial
def total_distance(indptr, indices, start, distance, queue):
    """Sum of the steps from one person to all who can be reached, and how many those are.

    distance (n_agents,) is -1 throughout, and so again afterwards; queue (n_agents,) is scratch.
    """
    queue[0], distance[start] = start, 0
    head, tail, total = 0, 1, 0
    while head < tail:
        i = queue[head]
        head += 1
        total += distance[i]
        for e in range(indptr[i], indptr[i + 1]):
            j = indices[e]
            if distance[j] < 0:
                distance[j] = distance[i] + 1
                queue[tail] = j
                tail += 1
    for place in range(tail):
        distance[queue[place]] = -1
    return total, tail - 1


@serial
def join_communities(indptr, indices, weights, strength, order, community, size, link, touched):
    """Let each node, in order, join the community of its neighbours that gains most modularity; count who moved.

    strength (n,) is the weight of all arcs of a node; size (n,) that of all nodes of a community; link (n,) is zero
    throughout, touched (n,) is scratch. A node leaves its community only for a true gain.
    """
    total = 0.0
    for i in range(len(strength)):
        total += strength[i]
    n_moved = 0
    for place in range(len(order)):
        i = order[place]
        home = community[i]
        n_touched = 0
        for e in range(indptr[i], indptr[i + 1]):
            c = community[indices[e]]
            if indices[e] != i:
                if link[c] == 0.0:
                    touched[n_touched] = c
                    n_touched += 1
                link[c] += weights[e]
        size[home] -= strength[i]
        best, most = home, link[home] - strength[i] * size[home] / total
        for t in range(n_touched):
            c = touched[t]
            gain = link[c] - strength[i] * size[c] / total
            if gain > most:
                best, most = c, gain
            link[c] = 0.0
        size[best] += strength[i]
        community[i] = best
        n_moved += best != home
    return n_moved
