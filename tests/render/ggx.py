"""The reflection integral by brute force: light from every direction of a fine grid, times the GGX BRDF."""

import numpy as np


def hemisphere(count: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """Directions [N, 3] around +Z and the solid angle of each [N]; denser near the horizon and the pole."""
    share = (np.arange(count) + 0.5) / count
    polar = np.pi / 2 * share
    turn = (np.arange(2 * count) + 0.5) * (np.pi / count)
    polar, turn = (grid.ravel() for grid in np.meshgrid(polar, turn))
    directions = np.stack([np.sin(polar) * np.cos(turn), np.sin(polar) * np.sin(turn), np.cos(polar)], axis=1)
    return directions, np.sin(polar) * (np.pi / 2 / count) * (np.pi / count)


def ggx(to_light: np.ndarray, to_viewer: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray]:
    """D V without Fresnel [N], and (1 - v.h)^5 [N], around the normal +Z (glTF 2.0, appendix B)."""
    half = to_light + to_viewer
    half /= np.linalg.norm(half, axis=1, keepdims=True)
    n_h, n_l, n_v, v_h = half[:, 2], to_light[:, 2], to_viewer[2], half @ to_viewer
    d = alpha**2 / (np.pi * (n_h**2 * (alpha**2 - 1) + 1) ** 2)
    seen = n_l * np.sqrt(n_v**2 * (1 - alpha**2) + alpha**2)
    lighted = n_v * np.sqrt(n_l**2 * (1 - alpha**2) + alpha**2)
    return d * 0.5 / (seen + lighted), (1 - v_h) ** 5


def viewer(facing: float) -> np.ndarray:
    return np.array([np.sqrt(1 - facing**2), 0, facing])
