/**
 * Named byte streams in files, HDFS, S3 and whatever else has a {@link
 * org.googlenet.storage.StorageScheme}: {@link org.googlenet.storage.Stores} opens a place, {@link
 * org.googlenet.storage.ObjectStore} is one.
 *
 * <p>What it promises is what runs, checkpoints and registries are safe by: an object is whole or
 * absent, a name is created by at most one of any number of writers on whatever machines, a write
 * that has returned is seen by every read by name, and what fails for a passing reason is tried
 * again until a deadline. {@code docs/storage.md} says what each storage does for it.
 *
 * <p>Anyone may call it. A failure is a {@link org.googlenet.storage.StorageRefused} where a user
 * must mend something first, and a {@link org.googlenet.storage.StorageProblem} where another try
 * may do.
 */
package org.googlenet.storage;
