package org.googlenet.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.spark.SparkEnv;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import org.googlenet.LocalSpark;
import org.googlenet.spark.Blocks.Block;
import org.googlenet.spark.Blocks.LostBlock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blocks in the local Spark's block manager; between processes they are in ClusterExchangeIT. */
class BlocksTest {

  /** More than is asked for at once, some of several chunks. */
  private static final int[] SIZES = {1, 1 << 18, (1 << 18) + 1, 3 << 18, 17, 5_000_000, 2};

  private final Broadcast<Integer> owner = LocalSpark.context().broadcast(0);

  @AfterEach
  void removeBlocks() {
    if (owner.isValid()) {
      owner.destroy();
    }
  }

  private Block block(int number) {
    return new Block(owner.id(), "b" + number, Blocks.here());
  }

  private List<Block> put(List<byte[]> contents, StorageLevel level) {
    List<Block> blocks = new ArrayList<>();
    for (byte[] content : contents) {
      Block block = block(blocks.size());
      ByteBuffer bytes = ByteBuffer.allocate(content.length + 3).put(3, content).position(3);
      Blocks.put(owner.id(), block.name(), bytes, level);
      blocks.add(block);
    }
    return blocks;
  }

  private static List<byte[]> contents() {
    Random random = new Random(5);
    List<byte[]> contents = new ArrayList<>();
    for (int size : SIZES) {
      byte[] content = new byte[size];
      random.nextBytes(content);
      contents.add(content);
    }
    return contents;
  }

  private static List<byte[]> read(List<Block> blocks) {
    List<byte[]> read = new ArrayList<>();
    Blocks.each(
        blocks,
        1 << 20,
        (index, in) -> {
          assertThat(index).isEqualTo(read.size());
          read.add(in.readAllBytes());
        });
    return read;
  }

  private static boolean isOnDisk(Block block) {
    return SparkEnv.get()
            .blockManager()
            .getStatus(new BroadcastBlockId(block.broadcast(), block.name()))
            .get()
            .diskSize()
        > 0;
  }

  @Test
  void blocksAreGivenInTheirOrderWithTheirBytes() {
    List<byte[]> contents = contents();
    List<Block> blocks = put(contents, StorageLevel.MEMORY_AND_DISK_SER());

    assertThat(blocks).noneMatch(BlocksTest::isOnDisk);
    assertThat(read(blocks)).containsExactly(contents.toArray(byte[][]::new));
    assertThat(read(List.of())).isEmpty();
  }

  @Test
  void blocksOnDiskAreReadToo() {
    List<byte[]> contents = contents();
    List<Block> blocks = put(contents, StorageLevel.DISK_ONLY());

    assertThat(blocks).allMatch(BlocksTest::isOnDisk);
    assertThat(read(blocks)).containsExactly(contents.toArray(byte[][]::new));
  }

  @Test
  void aBlockThatIsNotThereIsLostByItsName() {
    List<Block> blocks = new ArrayList<>(put(contents(), StorageLevel.MEMORY_AND_DISK_SER()));
    Block missing = block(70);
    blocks.add(3, missing);

    LostBlock lost = catchThrowableOfType(LostBlock.class, () -> read(blocks));

    assertThat(lost.block()).isEqualTo(missing);
    assertThat(lost).hasMessageContaining("broadcast_" + owner.id() + "_b70 at ");
  }

  @Test
  void blocksGoWithTheirBroadcast() {
    List<Block> blocks = put(contents(), StorageLevel.MEMORY_AND_DISK_SER());

    owner.destroy(true);

    for (Block block : blocks) {
      LostBlock lost = catchThrowableOfType(LostBlock.class, () -> read(List.of(block)));
      assertThat(lost.block()).isEqualTo(block);
    }
  }
}
