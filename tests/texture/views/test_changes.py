"""Changes of pictures, baked: what views do not show stays."""

import numpy as np
import pytest

from maquette.progress import Progress
from maquette.texture.views import orbit, plan_views, project_texels, render_views
from maquette.texture.views.changes import bake_changes
from tests.texture.views.scenes import ball, painted, waves

SIZE, VIEW = 128, 128


def test_a_texture_finer_than_the_pictures_keeps_its_detail():
    mesh = ball(16)
    fine, on_mesh = painted(mesh, 512, lambda p: 0.5 + 0.4 * np.sign(np.sin(p * 150)).astype(np.float32))
    cameras = plan_views(mesh, 10, 0)
    projection = project_texels(mesh, cameras, 512, 64)
    shown = render_views(mesh, fine, cameras, 64)
    wanted = np.clip(shown * 0.5, 0, 1)
    changed = fine + bake_changes(projection, wanted - shown, Progress())
    plain = bake_changes(projection, wanted, Progress())
    assert changed[on_mesh].std() > 0.8 * fine[on_mesh].std()
    assert plain[on_mesh].std() < 0.3 * fine[on_mesh].std()


def test_a_smooth_change_arrives_and_unseen_texels_stay():
    mesh = ball(16)
    texture, _ = painted(mesh, SIZE)
    other, _ = painted(mesh, SIZE, lambda p: 0.8 * waves(p))
    [camera] = orbit(mesh, [(0.0, 0.0)])
    projection = project_texels(mesh, [camera], SIZE, VIEW)
    views = [render_views(mesh, t, [camera], VIEW) for t in (texture, other)]
    change = bake_changes(projection, views[1] - views[0], Progress())
    seen = np.zeros(SIZE * SIZE, bool)
    samples = projection.views[0]
    seen[projection.texels[samples.texel]] = True
    assert not change.reshape(-1, 3)[~seen].any()
    facing = projection.texels[samples.texel[(samples.cosine > 0.8) & (samples.trust > 0.9)]]
    wanted = (other - texture).reshape(-1, 3)[facing]
    assert np.abs(change.reshape(-1, 3)[facing] - wanted).max() < 0.02


def test_where_little_is_seen_little_changes():
    mesh = ball(16)
    projection = project_texels(mesh, orbit(mesh, [(0.0, 0.0)]), SIZE, VIEW)
    change = bake_changes(projection, [np.ones((VIEW, VIEW, 1), np.float32)], Progress())
    samples = projection.views[0]
    arrived = change.reshape(-1)[projection.texels[samples.texel]]
    assert arrived[samples.cosine > 0.9].min() > 0.9
    assert arrived[samples.cosine < 0.22].max() < 0.4


def test_it_asks_for_a_picture_of_every_view():
    mesh = ball(8)
    projection = project_texels(mesh, orbit(mesh, [(0.0, 0.0), (90.0, 0.0)]), SIZE, VIEW)
    with pytest.raises(ValueError, match="zip"):
        bake_changes(projection, [np.zeros((VIEW, VIEW, 1), np.float32)], Progress())
