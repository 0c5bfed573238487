"""Network architectures, and their way to an ONNX graph and back.

In: a recipe, or the model.onnx of a model folder.
Out: torch modules, or the bytes of a model.onnx.
"""
