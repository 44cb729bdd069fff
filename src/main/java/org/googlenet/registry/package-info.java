/** A folder of promoted models: their manifests, the champion, and the gate's decisions. */
package org.googlenet.registry;
