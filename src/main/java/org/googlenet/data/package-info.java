/** Data sets: tar shards of images, which worker reads which records, and records as batches. */
package org.googlenet.data;
