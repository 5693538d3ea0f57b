#!/usr/bin/env python3
"""Writes Spark Connect's wire definitions out, from the descriptors in an installed PySpark.

    pip install 'pyspark[connect]==4.3.0' && python connect/proto/regenerate.py

Names, numbers and types only: what a program must agree on with its peers.
"""

import sys
from pathlib import Path

from google.protobuf import descriptor_pb2
from pyspark.sql.connect.proto import base_pb2

HERE = Path(__file__).resolve().parent
Field = descriptor_pb2.FieldDescriptorProto
KINDS = {
    Field.TYPE_DOUBLE: "double",
    Field.TYPE_FLOAT: "float",
    Field.TYPE_INT64: "int64",
    Field.TYPE_UINT64: "uint64",
    Field.TYPE_INT32: "int32",
    Field.TYPE_UINT32: "uint32",
    Field.TYPE_SINT32: "sint32",
    Field.TYPE_SINT64: "sint64",
    Field.TYPE_FIXED32: "fixed32",
    Field.TYPE_FIXED64: "fixed64",
    Field.TYPE_BOOL: "bool",
    Field.TYPE_STRING: "string",
    Field.TYPE_BYTES: "bytes",
}


def kind(field):
    return KINDS.get(field.type) or field.type_name


def entries(message):
    """The key and value kinds of the maps among a message's nested types."""
    return {n.name: n.field for n in message.nested_type if n.options.map_entry}


def field_lines(field, maps, pad, in_oneof):
    name = field.type_name.rsplit(".", 1)[-1]
    options = " [deprecated = true]" if field.options.deprecated else ""
    if field.label == Field.LABEL_REPEATED and field.type == Field.TYPE_MESSAGE and name in maps:
        key, value = maps[name]
        yield f"{pad}map<{kind(key)}, {kind(value)}> {field.name} = {field.number}{options};"
        return
    label = ""
    if field.label == Field.LABEL_REPEATED:
        label = "repeated "
    elif field.proto3_optional and not in_oneof:
        label = "optional "
    yield f"{pad}{label}{kind(field)} {field.name} = {field.number}{options};"


def reserved_lines(message, pad):
    numbers = [
        str(r.start) if r.start + 1 == r.end else f"{r.start} to {r.end - 1}"
        for r in message.reserved_range
    ]
    if numbers:
        yield f"{pad}reserved {', '.join(numbers)};"
    if message.reserved_name:
        names = ", ".join(f'"{name}"' for name in message.reserved_name)
        yield f"{pad}reserved {names};"


def message_lines(message, pad=""):
    yield f"{pad}message {message.name} {{"
    inner = pad + "  "
    yield from reserved_lines(message, inner)
    maps = entries(message)
    written = set()
    for field in message.field:
        if field.HasField("oneof_index") and not field.proto3_optional:
            index = field.oneof_index
            if index not in written:
                written.add(index)
                yield f"{inner}oneof {message.oneof_decl[index].name} {{"
                for member in message.field:
                    same = member.HasField("oneof_index") and member.oneof_index == index
                    if same and not member.proto3_optional:
                        yield from field_lines(member, maps, inner + "  ", True)
                yield f"{inner}}}"
        else:
            yield from field_lines(field, maps, inner, False)
    for enum in message.enum_type:
        yield from enum_lines(enum, inner)
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from message_lines(nested, inner)
    yield f"{pad}}}"


def enum_lines(enum, pad=""):
    yield f"{pad}enum {enum.name} {{"
    if enum.options.allow_alias:
        yield f"{pad}  option allow_alias = true;"
    yield from reserved_lines(enum, pad + "  ")
    for value in enum.value:
        yield f"{pad}  {value.name} = {value.number};"
    yield f"{pad}}}"


def service_lines(service):
    yield f"service {service.name} {{"
    for method in service.method:
        given = ("stream " if method.client_streaming else "") + method.input_type
        told = ("stream " if method.server_streaming else "") + method.output_type
        yield f"  rpc {method.name}({given}) returns ({told});"
    yield "}"


def file_lines(file):
    yield "// Written by regenerate.py."
    yield ""
    yield 'syntax = "proto3";'
    yield ""
    yield f"package {file.package};"
    if file.dependency:
        yield ""
        for name in sorted(file.dependency):
            yield f'import "{name}";'
    for enum in file.enum_type:
        yield ""
        yield from enum_lines(enum)
    for message in file.message_type:
        yield ""
        yield from message_lines(message)
    for service in file.service:
        yield ""
        yield from service_lines(service)


def below(descriptor, found):
    if descriptor.name not in found:
        found[descriptor.name] = descriptor
        for dependency in descriptor.dependencies:
            below(dependency, found)
    return found


def main():
    for name, descriptor in sorted(below(base_pb2.DESCRIPTOR, {}).items()):
        if not name.startswith("spark/"):
            continue
        file = descriptor_pb2.FileDescriptorProto()
        descriptor.CopyToProto(file)
        path = HERE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(file_lines(file)) + "\n")
        print(path, file=sys.stderr)


if __name__ == "__main__":
    main()
