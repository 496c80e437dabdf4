import { useState } from 'react';
import { Account } from '@/sdk/meeting/account';
import { AccountDialog } from './AccountDialog';

// Comes along with the dialog, and not before.
export { loadDeskWords } from '@/shared/desk_words';

/** The account of whoever is signed in to the server of this page. */
export function OwnAccount(props: { onRenamed: () => void; onClose: () => void }) {
  const [account] = useState(() => new Account());
  return <AccountDialog account={account} {...props} />;
}
