package org.googlenet.engine;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.googlenet.engine.onednn.ConvolutionLimits;
import org.googlenet.engine.onednn.Network;
import org.googlenet.engine.onednn.OneDnnLibrary;
import org.googlenet.engine.onednn.Output;
import org.googlenet.engine.onednn.Plan;
import org.googlenet.engine.onednn.kernel.Call;
import org.googlenet.engine.onednn.kernel.ConvolutionShape;
import org.googlenet.engine.onednn.kernel.CopyKernels;
import org.googlenet.engine.onednn.kernel.Kernel;
import org.googlenet.engine.onednn.kernel.Layout;
import org.googlenet.engine.onednn.kernel.Normalisation;
import org.googlenet.engine.onednn.kernel.Primitives;
import org.googlenet.engine.onednn.kernel.ValueType;
import org.googlenet.engine.onednn.kernel.Window;
import org.googlenet.model.Batch;
import org.nd4j.evaluation.IEvaluation;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.adapter.MultiDataSetIteratorAdapter;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** One right and some wrong values of each type that the engine's public methods take. */
final class Samples {

  private static final int EXAMPLES = 2;
  private static final RandomGraph DRAWN = RandomGraph.of(12);
  private static final String CONFIGURATION =
      EngineContract.configuration(EngineContract.RATE, 0, 0.5);

  private static final Class<?>[] FAMILY = {Primitives.class};

  /** Classes whose objects, or those that they come from, can be closed. */
  private static final Set<Class<?>> CLOSEABLE =
      Set.of(
          OneDnnEngine.class,
          OneDnnTrainer.class,
          Dl4jEngine.class,
          Engines.Loan.class,
          HeadHealth.class,
          Plan.class,
          ConvolutionLimits.class,
          Primitives.class,
          Layout.class,
          Kernel.class,
          Call.class);

  private final Map<Class<?>, Supplier<Object>> makers = new HashMap<>();
  private final ComputationGraph graph = DRAWN.network();
  private final Primitives primitives = new Primitives();

  Samples() {
    graph.initGradientsView();
    engines();
    plans();
    kernels();
    data();
    values();
  }

  private void engines() {
    Batch batch = DRAWN.batch(EXAMPLES, 1);
    put(ComputationGraph.class, () -> graph);
    put(ComputationGraphConfiguration.class, graph::getConfiguration);
    put(Batch.class, () -> batch);
    put(EngineSpec.class, () -> EngineSpec.of(CONFIGURATION).withBatch(EXAMPLES));
    put(EngineKind.class, () -> EngineKind.ONEDNN);
    put(
        EngineChoice.class,
        () ->
            new EngineChoice(right(EngineSpec.class).withKind(EngineKind.DL4J), "", 0, List.of()));
    put(EngineProblem.class, () -> new EngineProblem("a problem"));
    put(ActiveUnits.class, ActiveUnits::new);
    put(OneDnnEngine.class, () -> trained(DRAWN.engine(DRAWN.network()).batch(EXAMPLES).open()));
    put(OneDnnEngine.Builder.class, () -> DRAWN.engine(graph));
    put(Dl4jEngine.class, () -> new Dl4jEngine(CONFIGURATION));
    put(Engine.class, () -> right(OneDnnEngine.class));
    put(OneDnnTrainer.class, () -> OneDnnTrainer.of(DRAWN.network()).threads(1).open());
    put(OneDnnTrainer.Builder.class, () -> OneDnnTrainer.of(graph));
    put(HeadHealth.class, () -> new HeadHealth(right(OneDnnEngine.class)));
    put(
        Engines.Loan.class,
        () -> Engines.borrow(right(EngineSpec.class).withKind(EngineKind.ONEDNN)));
  }

  private static OneDnnEngine trained(OneDnnEngine engine) {
    engine.step(DRAWN.batch(EXAMPLES, 1), 0, 1);
    return engine;
  }

  private void plans() {
    put(Network.class, () -> Network.of(graph.getConfiguration()));
    put(INDArray.class, graph::params);
    put(OneDnnLibrary.class, OneDnnLibrary::find);
    put(Plan.Options.class, () -> new Plan.Options(EXAMPLES, List.of(DRAWN.image()), false, true));
    put(
        Plan.class,
        () ->
            Plan.forTraining(
                right(Network.class),
                right(Plan.Options.class),
                graph.params(),
                graph.getFlattenedGradients()));
    put(
        ConvolutionLimits.class,
        () ->
            new ConvolutionLimits(
                ComputationGraphConfiguration.fromJson(CONFIGURATION), EXAMPLES, false, false));
    put(Runnable.class, () -> (Runnable) () -> {});
    put(Plan.Timing.class, () -> new Plan.Timing(Plan.Pass.FORWARD, "", "", "", "", 0));
  }

  private void kernels() {
    put(Primitives.class, () -> primitives);
    put(Layout.class, () -> layout(primitives));
    put(Kernel.class, () -> kernel(primitives));
    put(Call.class, () -> call(primitives));
    put(Window.class, () -> Window.whole(4, 4));
    put(
        ConvolutionShape.class,
        () ->
            new ConvolutionShape(
                new long[] {2, 4, 4, 4}, new long[] {8, 4, 4, 4}, true, Window.whole(4, 4)));
    put(Normalisation.class, () -> new Normalisation(5, 1e-4, 0.75, 2));
  }

  private void data() {
    Batch batch = right(Batch.class);
    INDArray images = DRAWN.images(batch);
    INDArray[] labels = DRAWN.labels(batch);
    DataSet pair = new DataSet(images, labels[0]);
    MultiDataSet all = new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {images}, labels);
    put(DataSet.class, () -> pair);
    put(org.nd4j.linalg.dataset.api.DataSet.class, () -> pair);
    put(MultiDataSet.class, () -> all);
    put(DataSetIterator.class, () -> new ListDataSetIterator<>(List.of(pair), EXAMPLES));
    put(
        MultiDataSetIterator.class,
        () -> new MultiDataSetIteratorAdapter(right(DataSetIterator.class)));
    put(INDArray[].class, () -> new INDArray[] {images});
    put(IEvaluation[].class, () -> new IEvaluation<?>[] {new Evaluation()});
    put(MultiLayerNetwork.class, Samples::layers);
  }

  private static MultiLayerNetwork layers() {
    MultiLayerNetwork network =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .list()
                .layer(
                    new OutputLayer.Builder().nIn(2).nOut(3).activation(Activation.SOFTMAX).build())
                .build());
    network.init();
    return network;
  }

  private void values() {
    put(FloatBuffer.class, () -> FloatBuffer.wrap(new float[1]));
    put(Optional.class, Optional::empty);
    put(ILossFunction.class, LossMCXENT::new);
    put(IActivation.class, ActivationSoftmax::new);
    put(
        Output.class,
        () -> new Output("main", new LossMCXENT(), new ActivationSoftmax(), false, true));
    put(Network.Input.class, () -> new Network.Input("input", Optional.empty()));
    put(String.class, () -> "main");
    put(boolean.class, () -> true);
    put(int.class, () -> 1);
    put(long.class, () -> 1L);
    put(float.class, () -> 1f);
    put(double.class, () -> 1.0);
    put(float[].class, () -> new float[] {1});
    put(long[].class, () -> new long[] {1, 1});
    put(List.class, List::of);
    put(Map.class, Map::of);
    put(Set.class, Set::of);
  }

  /** Whether an object of the class, or what it comes from, can be closed. */
  static boolean canBeClosed(Class<?> type) {
    return CLOSEABLE.contains(type) || isFamily(type);
  }

  /** Whether it makes kernels of a family, by primitives. */
  private static boolean isFamily(Class<?> type) {
    return Arrays.stream(type.getConstructors())
        .anyMatch(each -> Arrays.equals(each.getParameterTypes(), FAMILY));
  }

  private static Object family(Class<?> type, Primitives primitives) {
    try {
      return type.getConstructor(FAMILY).newInstance(primitives);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type.getName(), e);
    }
  }

  /** A closed object of a class of which there is one. */
  Object closed(Class<?> type) {
    if (type == HeadHealth.class) {
      OneDnnEngine engine = right(OneDnnEngine.class);
      HeadHealth health = new HeadHealth(engine);
      engine.close();
      return health;
    }
    if (type.getPackage() == Primitives.class.getPackage()) {
      return closedKernelObject(type);
    }
    try {
      AutoCloseable open = (AutoCloseable) right(type);
      open.close();
      return open;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Object closedKernelObject(Class<?> type) {
    Primitives mayBeClosed = new Primitives();
    if (isFamily(type)) {
      Object family = family(type, mayBeClosed);
      mayBeClosed.close();
      return family;
    }
    Map<Class<?>, Object> objects = new HashMap<>();
    for (Object object :
        List.of(mayBeClosed, layout(mayBeClosed), kernel(mayBeClosed), call(mayBeClosed))) {
      objects.put(object.getClass(), object);
    }
    mayBeClosed.close();
    return objects.get(type);
  }

  private static Layout layout(Primitives primitives) {
    return primitives.plain(ValueType.F32, 2, 4, 4, 4);
  }

  private static Kernel kernel(Primitives primitives) {
    return new CopyKernels(primitives).reorder(layout(primitives), layout(primitives));
  }

  private static Call call(Primitives primitives) {
    Map<Integer, Long> addresses = new HashMap<>();
    INDArray memory = Nd4j.zeros(2, 4, 4, 4);
    Kernel kernel = kernel(primitives);
    for (int argument = 0; argument < 100; argument++) {
      if (kernel.takes(argument)) {
        addresses.put(argument, memory.data().address());
      }
    }
    return primitives.bind(kernel, addresses);
  }

  private <T> void put(Class<T> type, Supplier<? extends Object> maker) {
    makers.put(type, maker::get);
  }

  /**
   * A right value; of an enum the first, of a record without a sample one of right parts.
   *
   * @throws IllegalStateException if there is no sample of the type, so that one is added here
   */
  @SuppressWarnings("unchecked")
  <T> T right(Class<T> type) {
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    Supplier<Object> maker = makers.get(type);
    if (maker == null && type.isRecord()) {
      return made(type);
    }
    if (maker == null && type.isArray()) {
      Object one = Array.newInstance(type.getComponentType(), 1);
      Array.set(one, 0, right(type.getComponentType()));
      return (T) one;
    }
    if (maker == null && isFamily(type)) {
      return (T) family(type, primitives);
    }
    if (maker == null) {
      throw new IllegalStateException("no sample of " + type.getName() + ": add one");
    }
    return (T) maker.get();
  }

  @SuppressWarnings("unchecked")
  private <T> T made(Class<T> record) {
    try {
      Constructor<?> constructor = record.getDeclaredConstructors()[0];
      return (T)
          constructor.newInstance(
              Arrays.stream(constructor.getParameterTypes()).map(this::right).toArray());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("no sample of " + record.getName() + ": add one", e);
    }
  }

  /** Values that no parameter of the type may have. */
  static List<Object> wrong(Class<?> type) {
    List<Object> wrong = new ArrayList<>();
    if (type == int.class) {
      wrong.addAll(List.of(-1, Integer.MIN_VALUE));
    } else if (type == long.class) {
      wrong.addAll(List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE));
    } else if (type == float[].class) {
      wrong.addAll(Arrays.asList(null, new float[1 << 20]));
    } else if (type == long[].class) {
      wrong.addAll(
          Arrays.asList(null, new long[0], new long[100], new long[] {-1, Long.MAX_VALUE}));
    } else if (type == List.class) {
      wrong.addAll(Arrays.asList(null, Arrays.asList((Object) null)));
    } else if (type == INDArray[].class) {
      wrong.addAll(Arrays.asList(null, new INDArray[0], new INDArray[1], new INDArray[9]));
    } else if (!type.isPrimitive()) {
      wrong.add(null);
    }
    return wrong;
  }
}
