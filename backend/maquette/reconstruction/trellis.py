"""TRELLIS from what is asked to an asset: new objects from pictures or words, and variations of a mesh."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from maquette import __version__, weights
from maquette.assets import Asset, Mesh
from maquette.assets.mesh import Floats
from maquette.models.repositories import find_file
from maquette.models.trellis import TrellisPipeline, TrellisResult
from maquette.models.trellis.stages import choose_memory
from maquette.models.trellis.voxels import UnitFit, fit_unit_cube
from maquette.progress import Progress
from maquette.protocol import Json
from maquette.texture.surface import Surface, SurfaceSample

from .colors import splat_colors, vertex_colors
from .conditions import Asked, Conditions, read_conditions
from .devices import MEMORY_WORDS, choose_device
from .finishing import finish_generated, matte_surface, stand_on_ground
from .wish import Wish

Dress = Callable[[Surface], Surface]

_LONGEST_NAME: Final = 40


@dataclass(frozen=True, eq=False)
class Session:
    """One job's pipeline, and what it shall make."""

    asked: Asked
    wish: Wish
    data: Path
    progress: Progress
    conditions: Conditions
    pipeline: TrellisPipeline


def open_session(asked: Asked, wish: Wish, data: Path, progress: Progress) -> Session:
    """Reads what is asked and finds its pipeline, in the stage `read`. Raises missing_weights, bad_input."""
    device = choose_device()
    memory = wish.memory or choose_memory(device)
    progress.stage("read", max(1, len(asked.pictures)))
    progress.note(f"memory: {memory}, {MEMORY_WORDS[memory]}; on {device}")
    conditions = read_conditions(asked, data, device, progress)
    pipeline = TrellisPipeline.from_pretrained(
        conditions.repository, device, memory=memory, find=find_file(data)
    )
    return Session(asked, wish, data, progress, conditions, wish.sampling.applied_to(pipeline))


def generate(session: Session, size: float) -> Asset:
    """A new object that stands on the ground, `size` metres along its longest side."""
    conditions, wish = session.conditions, session.wish
    result: TrellisResult = session.pipeline.sample(
        conditions.wanted, conditions.negative, wish.seed, wish.sampling.mode, session.progress
    )
    return to_asset(session, result, lambda mesh: stand_on_ground(mesh, size))


def vary(session: Session, mesh: Mesh) -> Asset:
    """New detail and colours on the coarse shape of a mesh, where that mesh is."""
    conditions, wish = session.conditions, session.wish
    result: TrellisResult = session.pipeline.vary(
        mesh.vertices,
        mesh.faces,
        conditions.wanted,
        conditions.negative,
        wish.seed,
        wish.sampling.mode,
        session.progress,
    )
    fit = fit_unit_cube(mesh.vertices)
    return to_asset(session, result, lambda made: moved_back(made, fit))


def moved_back(mesh: Mesh, fit: UnitFit) -> Mesh:
    """From the unit cube to where the mesh was that was fitted into it."""
    return replace(mesh, vertices=fit.back(mesh.vertices))


def to_asset(
    session: Session,
    result: TrellisResult,
    put: Callable[[Mesh], Mesh],  # from the unit cube to where the asset belongs
    dress: Dress = lambda surface: surface,
) -> Asset:
    """The finished asset; its provenance lacks what the recipe alone knows."""
    wish, progress = session.wish, session.progress
    vertices, faces = result.mesh.vertices.cpu().numpy(), result.mesh.faces.int().cpu().numpy()
    surface = dress(_surface(session, result)) if len(faces) else _nowhere
    mesh, material, words = finish_generated(
        vertices, faces, surface, wish.triangles, wish.texture_size, progress
    )
    progress.note(words)
    provenance: dict[str, Json] = {
        "uvs": "new",
        "device": session.pipeline.stages.device,
        "memory": session.pipeline.stages.memory,
        "voxels": len(result.coords),
        "notes": [words],
        "weights": weights.provenance(session.data, session.conditions.used),
        "version": __version__,
    }
    name = session.asked.prompt.strip()[:_LONGEST_NAME] or "object"
    return Asset(put(mesh), material, name, provenance)


def _surface(session: Session, result: TrellisResult) -> Surface:
    looks = session.wish.looks
    vertices, faces = result.mesh.vertices.cpu().numpy(), result.mesh.faces.int().cpu().numpy()
    shown = result.mesh.attributes[:, :3].float().cpu().numpy()
    from_mesh = looks.colors == "mesh" and shown.shape[1] == 3
    colors = vertex_colors(vertices, faces, shown) if from_mesh else splat_colors(result.splats)
    return matte_surface(
        colors, vertices, faces, looks.delight, looks.roughness, looks.metallic, session.wish.seed
    )


def _nowhere(points: Floats, normals: Floats) -> SurfaceSample:
    raise AssertionError("a mesh without faces is asked at no point")
