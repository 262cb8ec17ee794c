"""Where networks push what happened: verified on the raw bytes, stored, answered; read afterwards."""
