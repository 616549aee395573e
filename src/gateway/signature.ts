import { createHmac, timingSafeEqual } from 'node:crypto';

/** Header of TFE's notifications: HMAC-SHA512 over the raw body, in hex. */
export const SIGNATURE_HEADER = 'x-tfe-notification-signature';

/**
 * Whether the raw body was signed with the key.
 * @see https://developer.hashicorp.com/terraform/cloud-docs/api-docs/notification-configurations#notification-authenticity
 */
export function isSignedWith(key: string, { body, signature }: { body: Buffer; signature: string | undefined }) {
  if (signature === undefined || !/^[0-9a-f]{128}$/i.test(signature)) return false;
  return timingSafeEqual(createHmac('sha512', key).update(body).digest(), Buffer.from(signature, 'hex'));
}
