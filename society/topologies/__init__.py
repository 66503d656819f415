"""The `[graph]` table of a scenario: where the social graph comes from, a file or a generator.

Each kind is a Table that can build a `SocialGraph`; what a graph is and how it is stored is in `society.graph`.
"""

from society.topologies.attributed import Gexf, Gml, Graphml
from society.topologies.base import Topology
from society.topologies.columns import Csv, EdgeList, Parquet
from society.topologies.from_networkx import Networkx
from society.topologies.generators import ErdosRenyi, RandomRegular, ScaleFree, SmallWorld
from society.topologies.matrix import Mat
from society.topologies.mixing import Blocks
from society.topologies.pajek import Pajek
from society.topologies.spatial import Geometric, Hyperbolic

__all__ = [
    "TOPOLOGIES",
    "Blocks",
    "Csv",
    "EdgeList",
    "ErdosRenyi",
    "Geometric",
    "Gexf",
    "Gml",
    "Graphml",
    "Hyperbolic",
    "Mat",
    "Networkx",
    "Pajek",
    "Parquet",
    "RandomRegular",
    "ScaleFree",
    "SmallWorld",
    "Topology",
]

TOPOLOGIES: dict[str, type[Topology]] = {
    "csv": Csv,
    "edge_list": EdgeList,
    "parquet": Parquet,
    "mat": Mat,
    "gml": Gml,
    "graphml": Graphml,
    "gexf": Gexf,
    "pajek": Pajek,
    "small_world": SmallWorld,
    "scale_free": ScaleFree,
    "erdos_renyi": ErdosRenyi,
    "random_regular": RandomRegular,
    "blocks": Blocks,
    "geometric": Geometric,
    "hyperbolic": Hyperbolic,
    "networkx": Networkx,
}
