from rtfm_mmaction.workshop.cli.ucsd_ped2 import main

if __name__ == '__main__':
    main()
