"""Both stages of training learn, save, and go on from what they saved."""

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from maquette.models.starter.autoencoder import ShapeAutoencoder  # noqa: E402
from maquette.models.starter.config import StarterConfig  # noqa: E402
from training import checkpoint, components, flow_stage, guess_stage, shape_stage  # noqa: E402
from training.config import Config, FlowTraining, GuessTraining, ShapeTraining  # noqa: E402
from training.flow_data import encode, samples, tokenize  # noqa: E402
from training.flow_model import FlowModel, adopt, begin  # noqa: E402
from training.loading import read_assets  # noqa: E402
from training.run import Sitting, rate_at  # noqa: E402

from .objects import write_balls  # noqa: E402

pytestmark = pytest.mark.torch
CONFIG = Config(
    StarterConfig.tiny(),
    ShapeTraining(8, 32, 8, noise=0.05),
    FlowTraining(8, picture_share=0.25),
    GuessTraining(16),
    GuessTraining(16),
)
BRIEF = 0.02  # minutes: some steps
CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def assets(tmp_path_factory):
    folder = tmp_path_factory.mktemp("balls") / "train"
    write_balls(folder, 48, seed=0)
    return read_assets(folder)


@pytest.fixture(scope="module")
def shape(assets, tmp_path_factory):
    folder = tmp_path_factory.mktemp("shape") / "shape"
    return shape_stage.train(Sitting(CONFIG, assets, CPU, folder, BRIEF)), folder


@torch.no_grad()
def test_principal_components_alone_rebuild_shapes_of_few_dimensions(assets) -> None:
    torch.manual_seed(0)
    config = replace(CONFIG.model.shape, patch_channels=32, code=8)
    model = ShapeAutoencoder(config)
    kept = components.fill(model, assets.grid, torch.Generator().manual_seed(0))
    assert kept > 0.99
    grid = assets.grid.float()
    code = model.encoder(grid)
    assert float(code.square().mean()) == pytest.approx(1, abs=0.1)
    assert (model.decoder(code)[:, 0] - grid).abs().mean() < 0.03


def test_the_loss_of_the_autoencoder_falls(assets) -> None:
    torch.manual_seed(0)
    model = ShapeAutoencoder(CONFIG.model.shape)
    generator = torch.Generator().manual_seed(0)
    batch = next(shape_stage.batches(assets, CONFIG, generator, 0))
    optimiser = torch.optim.Adam(model.parameters(), 3e-3)
    losses = []
    for _ in range(40):
        terms = shape_stage.loss_terms(model, batch, CONFIG.shape, generator)
        optimiser.zero_grad()
        terms["loss"].backward()
        optimiser.step()
        losses.append(float(terms["loss"].detach()))
    assert losses[-1] < 0.6 * losses[0]


def test_mirrored_objects_are_mirrored_in_everything(assets) -> None:
    rows, which = torch.tensor([3, 3]), torch.arange(20).expand(2, -1)
    told = tokenize(["a ball", "a ball"], CONFIG.model.flow)
    batch = shape_stage.batch_of(assets, rows, which, torch.tensor([False, True]), told)
    assert torch.equal(batch.grid[1], batch.grid[0].flip(0))
    flip = torch.tensor([-1.0, 1, 1])
    assert torch.equal(batch.points[1], batch.points[0] * flip)
    assert torch.equal(batch.normal[1], batch.normal[0] * flip)
    assert torch.equal(batch.distance[1], batch.distance[0])


def test_distances_that_were_cut_off_ask_for_no_more() -> None:
    found = torch.tensor([1.5, 0.5, -2.0, -0.5, 0.3])
    target = torch.tensor([1.0, 1.0, -1.0, -1.0, 0.1])
    assert shape_stage.distance_error(found, target).tolist() == pytest.approx([0, 0.5, 0, 0.5, 0.2])


def test_a_stage_goes_on_where_it_stopped(assets, shape, tmp_path) -> None:
    model, folder = shape
    tensors, about = checkpoint.load(folder)
    for name, value in model.state_dict().items():
        assert torch.allclose(tensors[name], value, atol=1e-2, rtol=1e-2)
    shape_stage.train(Sitting(CONFIG, assets, CPU, tmp_path / "more", BRIEF, folder, 1))
    assert checkpoint.load(tmp_path / "more")[1]["steps"] > about["steps"] > 0


def test_decoders_alone_leave_codes_as_they_were(assets, shape, tmp_path) -> None:
    _model, folder = shape
    trained = shape_stage.train(
        Sitting(CONFIG, assets, CPU, tmp_path / "d", BRIEF, folder, 1), decoder_only=True
    )
    grid = assets.grid[:4].float()
    before = ShapeAutoencoder(CONFIG.model.shape)
    before.load_state_dict(checkpoint.load(folder)[0])
    assert torch.equal(trained.encoder(grid), before.encoder(grid))
    changed = [
        not torch.equal(a, b)
        for a, b in zip(trained.decoder.parameters(), before.decoder.parameters(), strict=True)
    ]
    assert any(changed)


def test_a_flow_guesses_codes_the_worse_the_noisier_they_were(assets, shape, monkeypatch) -> None:
    torch.manual_seed(0)
    model = FlowModel(CONFIG)
    batch = next(shape_stage.batches(assets, CONFIG, torch.Generator().manual_seed(0), 0))
    with torch.no_grad():
        code = shape[0].encoder(batch.grid)
    errors = []
    for latest in (0.0, 0.1, 0.6):
        monkeypatch.setattr(shape_stage, "LATEST", latest)
        guessed = shape_stage.estimates(model, code, batch, torch.Generator().manual_seed(0))
        errors.append(float((guessed - code).square().mean()))
    assert errors[0] < 1e-6 < errors[1] < errors[2]
    terms = []
    for flow in (None, model):
        same = torch.Generator().manual_seed(0)
        losses = shape_stage.loss_terms(shape[0], batch, CONFIG.shape, same, True, flow)
        terms.append(float(losses["loss"].detach()))
    assert terms[0] != terms[1]


def test_the_flow_learns_that_words_mean_colours(assets, shape) -> None:
    torch.manual_seed(0)
    encoder = shape[0].encoder
    model = FlowModel(CONFIG)
    generator = torch.Generator().manual_seed(0)
    optimiser = torch.optim.Adam(model.flow.parameters(), 3e-3)
    options = replace(CONFIG.flow, batch=32, picture_share=0)
    feed = samples(assets, encode(encoder, assets.grid), encoder, CONFIG.model.flow, options, 0)
    losses = []
    for _ in range(60):
        (part,) = next(feed)
        terms = flow_stage.loss_terms(model, part, CPU, generator)
        optimiser.zero_grad()
        terms["loss"].backward()
        optimiser.step()
        losses.append(float(terms["slots"].detach()))
    assert sum(losses[-10:]) < 0.75 * sum(losses[:10])


def test_the_flow_goes_on_where_it_stopped(assets, shape, tmp_path) -> None:
    flow_stage.train(Sitting(CONFIG, assets, CPU, tmp_path / "flow", BRIEF), shape[0].encoder)
    _, about = checkpoint.load(tmp_path / "flow")
    flow_stage.train(
        Sitting(CONFIG, assets, CPU, tmp_path / "more", BRIEF, tmp_path / "flow", 1), shape[0].encoder
    )
    more = checkpoint.load(tmp_path / "more")[1]
    assert more["steps"] > about["steps"] > 0
    assert more["objects"] == 48


@pytest.mark.parametrize("what", ["picture", "text"])
def test_guesses_tell_the_materials_after_some_training_and_the_rest_of_the_flow_stays(
    what, assets, shape, tmp_path
) -> None:
    encoder = shape[0].encoder
    sitting = Sitting(CONFIG, assets, CPU, tmp_path / "seen", 0.1)
    before, _, codes = begin(sitting, encoder)
    trained = guess_stage.train(sitting, encoder, what)
    told = checkpoint.load(tmp_path / "seen")[1]
    assert told[what]["steps"] > 10
    assert "steps" not in told
    changed = {n for n, v in before.state_dict().items() if not v.equal(trained.state_dict()[n])}
    part = "flow.picture." if what == "picture" else "flow.text.guess."
    assert changed
    assert all(name.startswith(part) for name in changed)
    options = replace(CONFIG.flow, batch=16, picture_share=float(what == "picture"))
    (batch,) = next(samples(assets, codes, encoder, CONFIG.model.flow, options, 5))
    with torch.no_grad():
        errors = [
            float((_guess(m.flow, batch).slots - batch.slots)[:, 0, :3].square().mean())
            for m in (before, trained)
        ]
    assert errors[1] < 0.5 * errors[0]


def _guess(flow, batch):
    if batch.picture is not None:
        return flow.picture(batch.picture)[2]
    return flow.text(batch.words, batch.grams)[2]


def test_what_a_checkpoint_has_otherwise_starts_anew_and_is_named() -> None:
    torch.manual_seed(0)
    old, new = FlowModel(CONFIG), FlowModel(CONFIG)
    tensors = old.state_dict()
    del tensors["flow.picture.places"]
    tensors["flow.gone.weight"] = torch.zeros(2)
    tensors["flow.summary.weight"] = torch.zeros(3, 3)
    assert adopt(new, tensors) == ["flow.gone", "flow.picture", "flow.summary"]
    assert not torch.equal(new.flow.picture.places, old.flow.picture.places)
    assert torch.equal(new.flow.picture.stem[0].weight, old.flow.picture.stem[0].weight)
    assert torch.equal(new.flow.shape_in.weight, old.flow.shape_in.weight)
    assert adopt(new, old.state_dict()) == []


def test_times_ask_for_what_is_not_given() -> None:
    shape_time, slots_time, shape_asked, slots_asked = flow_stage.draw_times(
        4000, torch.Generator().manual_seed(0)
    )
    assert not shape_time[~shape_asked].any()
    assert (slots_time[~slots_asked] == 1).all()
    both = shape_asked & slots_asked
    assert torch.equal(shape_time[both], slots_time[both])
    assert float(both.float().mean()) == pytest.approx(flow_stage.JOINT, abs=0.03)
    assert float((~shape_asked).float().mean()) == pytest.approx(flow_stage.SHAPE_KNOWN, abs=0.03)


def test_new_shards_are_taken_up(tmp_path) -> None:
    write_balls(tmp_path, 4, seed=0)
    assets = read_assets(tmp_path)
    assert assets.grown() is assets
    write_balls(tmp_path, 6, seed=1)
    grown = assets.grown()
    assert len(grown.grid) == len(grown.lines) == 10
    assert torch.equal(grown.grid[:4], assets.grid)


def test_the_rate_rises_and_falls() -> None:
    assert rate_at(0, 0.0) < 0.1
    assert rate_at(1000, 0.3) == pytest.approx(1)
    assert rate_at(1000, 1.0) == pytest.approx(0.03)


def test_checkpoints_are_cut_into_shards(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(checkpoint, "SHARD_BYTES", 1000)
    tensors = {f"t{i}": torch.full((100,), float(i)) for i in range(10)}
    checkpoint.save(tmp_path / "c", tensors, {"steps": 1})
    files = sorted((tmp_path / "c").glob("*.safetensors"))
    assert len(files) == 5
    loaded, about = checkpoint.load(tmp_path / "c")
    assert about == {"steps": 1}
    assert all(torch.equal(loaded[name], value) for name, value in tensors.items())
