"""Writes what ships: float16 weights in the files of a checkpoint, and graphs that read them there.

A graph holds no weights. Its initialisers point into the safetensors files, whose layout is a header and then
the tensors' bytes, and are turned to float32 as they are read; so a shipped model is a checkpoint as well.
"""

import json
import struct
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import onnx
import torch
from onnx import TensorProto, helper
from torch import Tensor

from maquette.models.starter.config import StarterConfig

from . import checkpoint
from .data.dataset import VERSION
from .graphs import Graph, Starter, graphs
from .vocabulary import vocabulary

OPSET: Final = 18
SMALL: Final = 1024  # bytes: smaller initialisers stay in the graph


class Place(NamedTuple):
    """Where a tensor's bytes lie."""

    file: str
    offset: int
    length: int


def export(shape: Path, flow: Path, out: Path) -> None:
    """Writes the model of two checkpoints to the folder `out`, in place of what was there."""
    model, about = load_model(shape, flow)
    write(model, about, out)


def load_model(shape: Path, flow: Path) -> tuple[Starter, dict[str, Any]]:
    """The whole model, and how it was made."""
    shape_tensors, about_shape = checkpoint.load_stage(shape, "shape")
    flow_tensors, about_flow = checkpoint.load_stage(flow, "flow")
    config = StarterConfig.read({"shape": about_shape["model"], "flow": about_flow["model"]})
    model = Starter(config)
    named = {f"shape.{name}": value for name, value in shape_tensors.items()}
    model.load_state_dict(named | flow_tensors)
    made = {"shape": _made(about_shape), "flow": _made(about_flow), "data": VERSION}
    return model.eval(), {"model": asdict(config), "made": made, "vocabulary": vocabulary()}


def _made(about: Mapping[str, Any]) -> dict[str, Any]:
    """How a stage was trained."""
    return {name: value for name, value in about.items() if name not in ("model", "stage")}


def write(model: Starter, about: Mapping[str, Any], out: Path) -> None:
    """Writes weights, graphs and the document."""
    checkpoint.save(out, checkpoint.halved(model.state_dict()), about)
    places = tensor_places(out)
    halves, _ = checkpoint.load(out)
    model.load_state_dict(halves)  # what is compared is what ships
    for name, graph in graphs(model).items():
        path = out / f"{name}.onnx"
        onnx.save(_pointing(_traced(graph), places, model.state_dict()), path)


def tensor_places(folder: Path) -> dict[str, Place]:
    """Where the tensors of a checkpoint lie in its files."""
    places = {}
    for path in sorted(folder.glob("weights-*.safetensors")):
        with path.open("rb") as file:
            (size,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(size))
        for name, entry in header.items():
            if name != "__metadata__":
                start, end = entry["data_offsets"]
                places[name] = Place(path.name, 8 + size + start, end - start)
    return places


def _traced(graph: Graph) -> onnx.ModelProto:
    """The graph with float32 weights inside."""
    dims: dict[str, torch.export.Dim] = {}
    for axes in graph.free.values():
        for name in axes.values():
            dims.setdefault(name, torch.export.Dim(name, min=1))
    shapes = {name: {axis: dims[free] for axis, free in graph.free[name].items()} for name in graph.inputs}
    program = torch.onnx.export(
        graph.module.eval(),
        (),
        kwargs=graph.inputs,
        input_names=list(graph.inputs),
        output_names=list(graph.outputs),
        dynamic_shapes=shapes,
        opset_version=OPSET,
        dynamo=True,
        optimize=False,
        verbose=False,
    )
    assert program is not None
    return program.model_proto


def _pointing(
    proto: onnx.ModelProto, places: Mapping[str, Place], weights: Mapping[str, Tensor]
) -> onnx.ModelProto:
    """The graph with its large initialisers replaced by places in files, and casts to float32."""
    graph = proto.graph
    kept, casts = [], []
    for initialiser in graph.initializer:
        name = initialiser.name
        key = name.removeprefix("model.")
        if key not in places or initialiser.data_type != TensorProto.FLOAT:
            kept.append(initialiser)
            continue
        assert list(initialiser.dims) == list(weights[key].shape), name
        if weights[key].numel() * 4 <= SMALL:
            kept.append(initialiser)
            continue
        half = TensorProto(
            name=f"{name}.half",
            data_type=TensorProto.FLOAT16,
            dims=initialiser.dims,
            data_location=TensorProto.EXTERNAL,
        )
        for field, value in zip(("location", "offset", "length"), places[key], strict=True):
            half.external_data.add(key=field, value=str(value))
        kept.append(half)
        casts.append(helper.make_node("Cast", [half.name], [name], f"cast {name}", to=TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.initializer[:], graph.node[:], graph.value_info[:]
    graph.initializer.extend(kept)
    graph.node.extend(nodes)
    inner = [node for function in proto.functions for node in function.node]
    for part in (proto, graph, *graph.node, *graph.input, *graph.output, *proto.functions, *inner):
        part.doc_string = ""  # these tell where the code lay
        del part.metadata_props[:]
    return proto
