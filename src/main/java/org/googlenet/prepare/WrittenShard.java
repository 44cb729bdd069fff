package org.googlenet.prepare;

import java.io.Serializable;
import java.util.ArrayList;
import org.googlenet.data.format.Shard;

/**
 * A shard that has been written.
 *
 * @param leftOut the images that are not in it, because they are bad
 * @param omissions why
 */
record WrittenShard(Shard shard, ArrayList<ImageRef> leftOut, Omissions omissions)
    implements Serializable {}
