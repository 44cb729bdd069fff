package org.googlenet.data.format;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.io.Serializable;

/**
 * One shard, as a data set's description has it.
 *
 * @param name of its object, in the same place as the description
 * @param records how many it holds
 * @param bytes the object's length
 * @param sha256 of the object, in hexadecimal
 * @param indexSha256 of its index's object, in hexadecimal; empty if the format does not have such
 *     objects
 */
@JsonPropertyOrder({"name", "records", "bytes", "sha256", "indexSha256"})
public record Shard(String name, int records, long bytes, String sha256, String indexSha256)
    implements Serializable {

  /** The object that describes a data set and lists its shards. */
  public static final String DESCRIPTION = "dataset.json";
}
