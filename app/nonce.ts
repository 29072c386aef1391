// The nonce of the page that is being written: what the server marks its own inline scripts with. In the browser there is none, nor is it needed.
import { createContext } from "react";

export const NonceContext = createContext<string | undefined>(undefined);
